import { formatDuration, humanDuration } from "../lib/duration.ts";
import { reasonOf, UserError } from "../lib/errors.ts";
import { listed } from "../lib/listed.ts";
import { timeoutSignal } from "../lib/timer.ts";
import { until } from "../lib/wait.ts";
import { isPassing } from "../openstack/error.ts";
import type { ExistingObjects } from "../openstack/existing.ts";
import type { Host } from "../openstack/host.ts";
import { type Admitted, hasFreeHost, type HostDemand, hostsFor, isSettled } from "./admission.ts";
import { describeStates, hasFailed } from "./states.ts";

/** ms for which a look at the hosts counts: all workers that wait share it. */
const refreshInterval = 5_000;

/** How long a worker waits for its host, and where that is said. */
export interface HostTimeout {
  readonly seconds: number;
  /** config path, e.g. `pools[metal].timeouts.host` */
  readonly key: string;
}

/** Where a wait is told. */
export interface WaitLog {
  /** for good */
  readonly info: (text: string) => Promise<void>;
  /** until the next text */
  readonly status: (text: string) => Promise<void>;
}

interface HostLookups {
  readonly hosts: () => Promise<readonly Host[]>;
  readonly existing: Pick<ExistingObjects, "servers" | "serverStatus">;
}

/**
 * Lets a worker's server be created when a host is free for it. Several workers wait at the same time, in no order: what one
 * is admitted for counts as taken until the hosts show what it has become.
 *
 * Nobody waits for another worker here, only for the cloud, and never longer than the timeout: whatever `--parallel` and the
 * waves of a rollout are, a wait ends.
 */
export class HostGate {
  readonly #lookups: HostLookups;
  #admitted: readonly Admitted[] = [];
  #last: { readonly at: number; readonly hosts: Promise<readonly Host[]> } | undefined;

  constructor(lookups: HostLookups) {
    this.#lookups = lookups;
  }

  /** @throws UserError when no host is free in time, or the hosts cannot be read */
  async admit(demand: HostDemand, timeout: HostTimeout, log: WaitLog): Promise<void> {
    const over = timeoutSignal(timeout.seconds * 1000);
    const begun = Date.now();
    const seen: Seen = { hosts: undefined, unread: undefined };
    const look = async (): Promise<true | undefined> => {
      try {
        const all = await this.#look();
        const isFirst = seen.hosts === undefined;
        seen.hosts = hostsFor(demand, all);
        seen.unread = undefined;
        if (this.#take(demand, all)) return true;
        if (isFirst) await log.info(waitingText(demand, timeout, seen.hosts));
      } catch (error) {
        if (!isPassing(error)) throw error;
        seen.unread = reasonOf(error);
      }
      await log.status(statusText(timeout, begun, seen));
      return undefined;
    };
    try {
      await until({ signal: over, wake: [], every: () => refreshInterval, test: look });
    } catch (error) {
      if (!over.aborted) throw error;
      throw new UserError(timeoutText(demand, timeout, seen), { cause: error });
    }
  }

  #take(demand: HostDemand, hosts: readonly Host[]): boolean {
    if (!hasFreeHost(demand, hosts, this.#admitted)) return false;
    this.#admitted = [...this.#admitted, { ...demand, at: Date.now() }];
    return true;
  }

  #look(): Promise<readonly Host[]> {
    const now = Date.now();
    if (!this.#last || now - this.#last.at >= refreshInterval) this.#last = { at: now, hosts: this.#read() };
    return this.#last.hosts;
  }

  /** The servers first: one that is built by then is on a host that is read after it. */
  async #read(): Promise<readonly Host[]> {
    const { hosts: readHosts, existing } = this.#lookups;
    const before = this.#admitted;
    const servers = await Promise.all(
      before.map(async ({ worker }) => {
        const ids = await existing.servers(worker);
        return Promise.all(ids.map(async (id) => ({ id, status: await existing.serverStatus(id) })));
      }),
    );
    const hosts = await readHosts();
    const now = Date.now();
    const settled = new Set(before.filter((each, i) => isSettled(each, servers[i] ?? [], hosts, now)));
    this.#admitted = this.#admitted.filter((each) => !settled.has(each));
    return hosts;
  }
}

/** What a worker that waits has seen at last. */
interface Seen {
  /** undefined: not read yet */
  hosts: readonly Host[] | undefined;
  /** why the last look failed; undefined: it did not */
  unread: string | undefined;
}

const whose = ({ resourceClass, hostId }: HostDemand): string =>
  hostId === undefined ? `a host of class ${resourceClass}` : `host ${hostId} (class ${resourceClass})`;

const statesOf = (hosts: readonly Host[] | undefined): string => {
  if (hosts === undefined) return "not known";
  return hosts.length === 0 ? "none is there" : describeStates(hosts);
};

const waitingText = (demand: HostDemand, { seconds, key }: HostTimeout, hosts: readonly Host[]): string =>
  `${demand.worker} waits for ${whose(demand)} to be free, for at most ${formatDuration(seconds)} (${key}): ${statesOf(hosts)}`;

function statusText({ seconds }: HostTimeout, begun: number, { hosts, unread }: Seen): string {
  const elapsed = humanDuration((Date.now() - begun) / 1000);
  const last = unread === undefined ? statesOf(hosts) : `the hosts cannot be read: ${unread}`;
  return `waiting for a free host: ${elapsed} of ${formatDuration(seconds)}; ${last}`;
}

function timeoutText(demand: HostDemand, { seconds, key }: HostTimeout, { hosts = [], unread }: Seen): string {
  const failed = hosts.filter(hasFailed);
  const [first] = failed;
  const show = first ? `openstack baremetal node show ${first.name}` : "openstack baremetal node list";
  return [
    `worker ${demand.worker}: phase "free host" not done after ${formatDuration(seconds)} (${key}), waiting for ${whose(demand)}. ` +
      `Hosts: ${statesOf(hosts)}${unread === undefined ? "" : ` (not read at last: ${unread})`}. No server was created.`,
    ...(first
      ? [
          `Failed hosts, which an operator has to bring back: ${listed(failed.map(({ name, state }) => `${name} (${state ?? ""})`))}.`,
        ]
      : []),
    `See what becomes of them (${show}), or raise ${key}; then run \`pulumi up\` again, which continues with this worker.`,
  ].join("\n");
}
