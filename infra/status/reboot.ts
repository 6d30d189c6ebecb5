import { humanDuration } from "../../components/lib/duration.ts";
import { suggest } from "../../components/lib/suggest.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import type { SeenWorker } from "./workers.ts";

/** Whether a worker that is to be repaired is rebooted before it is replaced. Pure. */

export type Reboot =
  /** the command is wrong: nothing is done */
  | { readonly verdict: "refuse"; readonly reason: string }
  /** nothing is to be repaired: a repeated command finds Ready what it has repaired before */
  | { readonly verdict: "ready"; readonly reason: string }
  | { readonly verdict: "reboot"; readonly serverId: string }
  /** a reboot has been asked for, by an interrupted command or by somebody else: it has until then, ms since the epoch */
  | { readonly verdict: "await"; readonly until: number }
  /** a reboot is not for it, and the update decides */
  | { readonly verdict: "update"; readonly reason: string };

/** ms in which a server is rebooted once: a machine that does not come back for longer is replaced, never rebooted in a loop. */
const onceIn = 24 * 3600 * 1000;

/**
 * Whether a Node is that of the server. Nobody can change a providerID: what a kubelet writes must not have another machine
 * rebooted. Where Nodes get none, a kubelet may annotate its own Node alone: that of the worker's name.
 */
function isOn(
  node: NonNullable<SeenWorker["node"]>,
  serverId: string,
  name: string,
  identity: PlainFacts["cluster"]["nodeIdentity"],
): boolean {
  const isKnownByName = identity === "address" && node.serverId === undefined && node.name === name;
  return (isKnownByName ? node.annotatedServerId : node.serverId) === serverId;
}

/** Nova's, nova/compute/task_states.py: a reboot that an interrupted command has asked for, until when its record says. */
const isRebooting = (task: string): boolean => task.startsWith("reboot");

/**
 * What a name stands for, before anybody is asked about its reboots.
 *
 * @param identity `address`: the cluster's Nodes get no providerID
 */
export function rebootable(
  name: string,
  workers: ReadonlyMap<string, SeenWorker>,
  identity?: PlainFacts["cluster"]["nodeIdentity"],
):
  | Extract<Reboot, { verdict: "refuse" | "ready" | "update" }>
  | { readonly verdict: "rebootable"; readonly serverId: string } {
  const seen = workers.get(name);
  const update = (reason: string) => ({ verdict: "update", reason }) as const;
  if (!seen?.wanted) {
    const known = [...workers.values()].filter(({ wanted }) => wanted).map((worker) => worker.name);
    const suggestion = suggest(name, known);
    const instead =
      suggestion === undefined ? "npm run status -- --stack <stack> lists them" : `type ${suggestion} instead`;
    return { verdict: "refuse", reason: `no pool has a worker "${name}": ${instead}` };
  }
  const { node, servers } = seen;
  const [server, ...others] = servers;
  if (node?.ready === "True") return { verdict: "ready", reason: `worker ${name} is not repaired: its Node is Ready` };
  if (!node) return update("it has no Node");
  if (node.updating) return update("the machine-config operator updates it");
  if (!server || others.length > 0) return update("it has not exactly one server");
  if (!isOn(node, server.id, name, identity)) return update("its Node is not that of its server");
  if (server.taskState !== undefined && !isRebooting(server.taskState))
    return update(`Nova is busy with its server (${server.taskState})`);
  return { verdict: "rebootable", serverId: server.id };
}

/**
 * @param bound seconds that a reboot has to bring its Node back
 * @param reboots of the server, in ms since the epoch, the last one first
 */
export function rebootOf(serverId: string, bound: number, reboots: readonly number[], now: number): Reboot {
  const [last] = reboots;
  if (last === undefined || now - last >= onceIn) return { verdict: "reboot", serverId };
  const until = last + bound * 1000;
  if (now < until) return { verdict: "await", until };
  return { verdict: "update", reason: `it was rebooted ${humanDuration((now - last) / 1000)} ago already` };
}
