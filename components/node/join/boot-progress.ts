import { humanDuration } from "../../lib/duration.ts";

/**
 * How far a machine is that has not asked to join yet, as far as its kubelet's port shows. Nothing else shows it: Nova says
 * ACTIVE once the machine is powered on, and the cluster does not know it before its first request. The kubelet listens
 * before it has a certificate (kubernetes, cmd/kubelet/app/server.go: with rotateCertificates it asks for one in the
 * background), and `oc adm node-image monitor` goes by the same port (openshift/installer, pkg/agent/monitoraddnodes.go).
 * Pure.
 */

/** What a connection to the port at one address shows. */
export interface PortState {
  readonly address: string;
  /**
   * listening; closed: refused, as by a host whose network is up; silent: no answer in time; unreachable: the system of
   * this computer cannot get there
   */
  readonly state: "listening" | "closed" | "silent" | "unreachable";
  /** of the system, e.g. `ENETUNREACH`, if unreachable */
  readonly code?: string;
}

export interface BootProgress {
  /** number of the kubelet's port */
  readonly port: number;
  /** the addresses whose last probe tells most; empty: not probed yet */
  readonly telling: readonly PortState[];
  /** when the machine answered last, ms since the epoch; undefined: never */
  readonly answered: number | undefined;
}

const byWorth = ["listening", "closed", "silent", "unreachable"] as const;

const codes: Readonly<Record<string, Omit<PortState, "address">>> = {
  ECONNREFUSED: { state: "closed" },
  ETIMEDOUT: { state: "silent" },
};

/** What the error of a connection shows. One that is not known here shows nothing of the machine. */
export function stateOfError(code: string | undefined): Omit<PortState, "address"> {
  return codes[code ?? ""] ?? { state: "unreachable", code: code ?? "unknown error" };
}

/** The progress after a round of probes, one for each address of the machine. */
export function withProbes(progress: BootProgress, probes: readonly PortState[], now: number): BootProgress {
  const best = byWorth.find((state) => probes.some((probe) => probe.state === state));
  const answers = best === "listening" || best === "closed";
  return {
    ...progress,
    telling: probes.filter(({ state }) => state === best),
    answered: answers ? now : progress.answered,
  };
}

const addressesOf = ({ telling }: BootProgress): string => telling.map(({ address }) => address).join(", ");

/**
 * What the port shows, as part of a sentence, and no more than is known: a firewall may drop what is sent from here.
 *
 * @returns undefined before the first probe
 */
export function describeProgress(progress: BootProgress, now: number): string | undefined {
  const [first] = progress.telling;
  if (first === undefined) return undefined;
  const at = `port ${progress.port} at ${addressesOf(progress)}`;
  if (first.state === "listening") return `the kubelet listens on ${at}, but has not asked for a certificate yet`;
  if (first.state === "closed") return `${at} is closed: the host's network is up, its kubelet is not yet`;
  if (progress.answered !== undefined) {
    const ago = humanDuration((now - progress.answered) / 1000);
    return `${at} does not answer any more, it did ${ago} ago: a reboot, or the host has lost its network`;
  }
  if (first.state === "silent") return `${at} does not answer: firmware or Ignition, or not reachable from here`;
  return `${at} cannot be probed from here (${first.code ?? first.state}): how far the machine is cannot be told`;
}

/** What the boot phase waits for. */
export function bootAwaits(nodeName: string, progress: BootProgress | undefined, now: number): string {
  const shown = progress && describeProgress(progress, now);
  const request = `the first certificate request of ${nodeName}`;
  return shown === undefined ? request : `${request}; ${shown}`;
}

const journalOf = ({ address }: PortState): string => `ssh core@${address} journalctl -b -u kubelet`;
/**
 * Nova is not asked whether the machine has a serial console: to answer, it resets the console under whoever looks at it, and a
 * reset that fails leaves it disabled (nova, virt/ironic/driver.py, _get_node_console_with_reset). The URL holds a token as well.
 */
const consoleOf = (serverId: string): string =>
  `openstack console url show --serial ${serverId}, which ends the session of whoever has it open; HTTP 400: the cloud has none for this machine`;

const payload = "from the machine network: the payload's URL in Swift, and the Machine Config Server (port 22623)";
const apiServer = "the API server (api-int, port 6443) from the machine network, and its DNS name";
const rejoining =
  "a server that had joined before and whose Node was deleted: it registers again when its kubelet is restarted";

/**
 * Where to look when the boot phase is over, without what the machine has behind it.
 *
 * @param progress undefined: its kubelet has asked
 */
export function bootHints(serverId: string, progress: BootProgress | undefined): string[] {
  const [first] = progress?.telling ?? [];
  if (first?.state === "listening") {
    return [
      `the kubelet's journal: ${journalOf(first)}`,
      apiServer,
      "requests under another name, if the machine calls itself something else: oc get csr",
      rejoining,
    ];
  }
  const host = progress?.answered === undefined ? undefined : first;
  const question = host ? "does Ignition finish" : "does it boot, and does Ignition finish";
  return [
    `the server's console or its BMC: ${question}? (${consoleOf(serverId)})`,
    // Ignition runs before there is anything to log in to; machine-config-daemon-firstboot updates the system, and reboots
    ...(host ? [`once it lets you in: ${journalOf(host)} -u machine-config-daemon-firstboot`] : []),
    payload,
    apiServer,
    rejoining,
  ];
}
