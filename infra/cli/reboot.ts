import { humanDuration } from "../../components/lib/duration.ts";
import { reasonOf } from "../../components/lib/errors.ts";
import { timeoutSignal } from "../../components/lib/timer.ts";
import { sleep } from "../../components/lib/wait.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import { isConflict, isPassing } from "../../components/openstack/error.ts";
import { rebootServer, rebootsOf } from "../../components/openstack/reboots.ts";
import { Observer } from "../discovery/observe.ts";
import type { Observation } from "../status/observation.ts";
import { rebootable, rebootOf } from "../status/reboot.ts";
import { type SeenWorker, seenWorkers } from "../status/workers.ts";
import type { Stack } from "./stack.ts";

/** Seconds that one request to the cloud may take. */
const requestTimeout = 30;

/** ms between two looks at the Nodes. */
const pace = 5_000;

const signal = (): AbortSignal => timeoutSignal(requestTimeout * 1000);

/** What has become of the workers: those that are left are for the update. */
export interface Rebooted {
  /** why the command is wrong; then nothing was done */
  readonly refusals: readonly string[];
  readonly left: readonly string[];
}

/** Reboots the machines of workers that are not Ready, each once, and waits for their Nodes. */
export class Reboots {
  readonly #stack: Stack;
  readonly #observer: Pick<Observer, "readCluster" | "readCloud">;
  readonly #client: CloudClient;
  readonly #say: (text: string) => void;
  readonly #pace: number;

  constructor(
    stack: Stack,
    observer: Pick<Observer, "readCluster" | "readCloud">,
    client: CloudClient,
    say: (text: string) => void,
    every = pace,
  ) {
    [this.#stack, this.#observer, this.#client] = [stack, observer, client];
    [this.#say, this.#pace] = [say, every];
  }

  /** @throws Error when cluster, cloud or Nova's record of reboots cannot be read: a reboot might be the second one */
  async run(names: readonly string[]): Promise<Rebooted> {
    const workers = await this.#workers();
    const identity = this.#stack.facts.value?.cluster.nodeIdentity;
    const found = names.map((name) => ({ name, ...rebootable(name, workers, identity) }));
    const isOpen = found.some(({ verdict }) => verdict !== "refuse" && verdict !== "ready");
    if (!isOpen || found.some(({ verdict }) => verdict === "refuse")) {
      const refusals = found.flatMap((each) => ("reason" in each && each.verdict !== "update" ? [each.reason] : []));
      return { refusals, left: names };
    }
    const ends = await Promise.all(
      found.map(async (each) => {
        if (each.verdict === "rebootable")
          return this.#reboot(each.name, each.serverId, boundOf(workers.get(each.name)));
        if (each.verdict === "ready") this.#say(each.reason);
        if (each.verdict === "update") this.#say(`${each.name} is not rebooted: ${each.reason}`);
        return undefined;
      }),
    );
    const awaited = new Map(names.flatMap((name, i) => (ends[i] === undefined ? [] : [[name, ends[i]] as const])));
    const back = await this.#back(awaited);
    const isDone = ({ name, verdict }: (typeof found)[number]): boolean => verdict === "ready" || back.has(name);
    return { refusals: [], left: found.filter((each) => !isDone(each)).map(({ name }) => name) };
  }

  /** Until when its Node may take, in ms since the epoch; undefined: it was not rebooted. */
  async #reboot(name: string, serverId: string, bound: number): Promise<number | undefined> {
    const reboots = await rebootsOf(this.#client, serverId, signal());
    const decision = rebootOf(serverId, bound, reboots, Date.now());
    if (decision.verdict === "await") {
      this.#say(
        `${name} was rebooted a moment ago: its Node has ${humanDuration((decision.until - Date.now()) / 1000)}`,
      );
      return decision.until;
    }
    if (decision.verdict !== "reboot") {
      this.#say(`${name} is not rebooted: ${decision.reason}`);
      return undefined;
    }
    try {
      await rebootServer(this.#client, serverId, signal());
    } catch (error) {
      // nobody knows whether it was accepted: the next command learns it from Nova's record
      if (isPassing(error) && !isConflict(error)) throw error;
      this.#say(`${name} is not rebooted: ${reasonOf(error)}`);
      return undefined;
    }
    this.#say(
      `${name}: server ${serverId} is rebooted, its Node has ${humanDuration(bound)} (timeouts.boot of its pool)`,
    );
    return Date.now() + bound * 1000;
  }

  /** The workers whose Nodes are Ready again in time. */
  async #back(awaited: ReadonlyMap<string, number>): Promise<ReadonlySet<string>> {
    const back = new Set<string>();
    const isOpen = ([name, end]: readonly [string, number]): boolean => !back.has(name) && Date.now() < end;
    while ([...awaited].some(isOpen)) {
      await sleep(this.#pace);
      const { value } = await this.#observer.readCluster();
      const ready = new Set(value?.nodes.filter((node) => node.ready === "True").map((node) => node.name));
      for (const [name] of [...awaited].filter(isOpen).filter(([each]) => ready.has(each))) {
        back.add(name);
        this.#say(`${name} is Ready again: it is not replaced`);
      }
    }
    for (const name of awaited.keys()) if (!back.has(name)) this.#say(`${name} is not Ready after its reboot`);
    return back;
  }

  async #workers(): Promise<ReadonlyMap<string, SeenWorker>> {
    const { name: stack, owner, config } = this.#stack;
    const { formerOwners } = config;
    const [cluster, cloud] = await Promise.all([this.#observer.readCluster(), this.#observer.readCloud()]);
    const unread = [cluster, cloud].flatMap(({ error }) => error ?? []);
    if (unread.length > 0) throw new Error(unread.join("\n"));
    const changes = { value: [] };
    const seen: Observation = { stack, owner, formerOwners, config, cluster, cloud, changes, now: Date.now() };
    return new Map(seenWorkers(seen).map((worker) => [worker.name, worker]));
  }
}

const boundOf = (worker: SeenWorker | undefined): number => worker?.wanted?.pool.timeouts.boot ?? 0;

/** @throws Error when the stack, its cluster or its cloud cannot be read, or are not those of its state */
export async function rebootFirst(stack: Stack, names: readonly string[]): Promise<Rebooted> {
  // the program reads them only in the cluster and the project of the state
  if (stack.facts.error !== undefined) throw new Error(stack.facts.error);
  const observer = new Observer(stack.config);
  try {
    const client = await CloudClient.login(stack.config.cloud, signal());
    return await new Reboots(stack, observer, client, (text) => console.error(text)).run(names);
  } finally {
    await observer.close();
  }
}
