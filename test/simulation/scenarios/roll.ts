import type fc from "fast-check";
import type { NodeState } from "../../../components/rollout/gate.ts";
import { args, types } from "../../component/support/pool-fixtures.ts";
import { valueOf } from "../../component/support/recorder.ts";
import { Simulation } from "../run/simulation.ts";
import { World } from "../world/world.ts";

/** An edit that replaces every worker of a pool, while workers that were out of service come back. */
export interface RollCase {
  /** of each worker: ms after which it serves, 0 from the start */
  readonly serves: readonly number[];
  readonly maxUnavailable: number;
  /** ms that a replaced worker takes to serve again */
  readonly joins: number;
  /** ms from the facts that a program starts with to its first wave: preflight, previews, other pools */
  readonly starts: number;
}

const pool = "metal";
const bound = 3_600_000;

/** The program's part is the real WorkerPool: what it declares, the mocks of the engine tell this one. */
export class Roll {
  readonly #simulation: Simulation;
  readonly #nodes = new Map<string, NodeState>();
  readonly #drawn: RollCase;
  /** workers that served when the roll took them out, until they serve again */
  readonly #taken = new Set<string>();
  readonly #joined = new Map<string, PromiseWithResolvers<undefined>>();

  constructor(scheduler: fc.Scheduler, drawn: RollCase) {
    this.#simulation = new Simulation(scheduler, new World(), []);
    this.#drawn = drawn;
    for (const [i, at] of drawn.serves.entries()) {
      const name = nameOf(i);
      this.#joined.set(name, Promise.withResolvers());
      this.#set(name, at === 0, "old");
      if (at > 0) this.#simulation.later(at, `${name} comes back`, () => this.#comeBack(name));
    }
  }

  /** What the mocks wait for before a resource counts as created. */
  async created(type: string, resource: string): Promise<void> {
    const name = [...this.#nodes.keys()].find((it) => resource.endsWith(it));
    if (name === undefined) return;
    if (type === types.server) this.#replace(name);
    if (type === types.node) await this.#joined.get(name)?.promise;
  }

  /** Throws SimulationFailure for what must not happen; a roll that stops is none. */
  async run(): Promise<void> {
    const { WorkerPool } = await import("../../../components/worker-pool.ts");
    const { serves, maxUnavailable, starts } = this.#drawn;
    const workers = serves.map((_, i) => ({ name: nameOf(i) }));
    const serving = new Set([...this.#nodes.values()].flatMap((it) => (it.serving ? [it.name] : [])));
    await this.#simulation.pass(starts);
    const rollout = { maxUnavailable, ignore: [] };
    const currentNodes = (): Promise<NodeState[]> => this.#read();
    const component = new WorkerPool(pool, { ...args, pool, workers, serving, rollout, currentNodes });
    const attach = async (): Promise<void> => {
      const attached = await component.attach();
      await Promise.all(attached.map(({ state }) => valueOf(state)));
    };
    await this.#simulation.run(attach(), "up", bound);
  }

  #read(): Promise<NodeState[]> {
    return new Promise((resolve) =>
      this.#simulation.step("the Nodes are read", () => resolve([...this.#nodes.values()])),
    );
  }

  #set(name: string, serving: boolean, specHash: string): void {
    this.#nodes.set(name, { name, serving, specHash, labels: {}, updating: false });
  }

  /** Of a worker that is replaced meanwhile nothing comes back. */
  #comeBack(name: string): void {
    if (this.#nodes.get(name)?.specHash === "old") this.#set(name, true, "old");
  }

  #replace(name: string): void {
    const { maxUnavailable, joins } = this.#drawn;
    this.#simulation.note(`${name} is replaced`);
    if (this.#nodes.get(name)?.serving) this.#taken.add(name);
    this.#set(name, false, "new");
    if (this.#taken.size > maxUnavailable) {
      this.#simulation.fail(`the roll has taken ${[...this.#taken].join(", ")} out, and may take ${maxUnavailable}`);
    }
    this.#simulation.later(joins, `${name} has joined`, () => {
      this.#taken.delete(name);
      this.#set(name, true, "new");
      this.#joined.get(name)?.resolve(undefined);
    });
  }
}

const nameOf = (i: number): string => `lab-7x2kq-metal-${i}`;
