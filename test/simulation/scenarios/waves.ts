import type fc from "fast-check";
import { RollStopped } from "../../../components/rollout/report.ts";
import { Roll } from "../../../components/rollout/roll.ts";
import { parseNodes } from "../../../infra/discovery/cluster/nodes.ts";
import { PoolWorld, type Start } from "./pool-world.ts";

/** What happens beside the roll: which event, and to which worker. */
export interface Happening {
  readonly event: "away" | "back" | "begin" | "go on" | "kill";
  readonly worker: number;
}

export interface WavesCase {
  readonly starts: readonly Start[];
  readonly maxUnavailable: number;
  /** how many surge workers the roll attaches */
  readonly surge: number;
  /** index of a worker whose absence holds nobody up, if there is one */
  readonly ignored: number;
  readonly paused: boolean;
  readonly happenings: readonly Happening[];
}

/** How often the command may have to be repeated: once for each event that may stop it, and once more. */
const mostCommands = 30;

/** One pool under one schedule: what is told to the engine, by which command. */
export class PoolRun {
  readonly world: PoolWorld;
  readonly #scheduler: fc.Scheduler;
  readonly #scenario: WavesCase;
  readonly #ignore: readonly string[];
  readonly #surge: readonly string[];
  /** ends the command that runs, as a SIGKILL does */
  #kill: () => void = () => undefined;

  constructor(given: WavesCase, scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
    this.#scenario = given;
    const { starts, ignored, maxUnavailable, surge, paused } = given;
    this.#ignore = ignored < starts.length ? [`w${ignored}`] : [];
    const spare = Array.from({ length: surge }, (): Start => ({ state: "new" }));
    const least = starts.length - maxUnavailable;
    this.world = new PoolWorld([...starts, ...spare], { least, ignore: this.#ignore, paused });
    this.#surge = this.world.names.slice(starts.length);
  }

  /** Repeats the command until the pool is as wanted, and nothing else happens. */
  async run(): Promise<void> {
    void this.#scheduler.scheduleSequence(
      this.#scenario.happenings.map(({ event, worker }) => ({
        label: `${event} w${worker}`,
        builder: () => {
          this.#happens(event, worker);
          return Promise.resolve();
        },
      })),
    );
    for (let commands = 0; !this.world.isRolled; commands += 1) {
      if (commands === mostCommands) throw new Error("the pool does not come to rest");
      // an operator's update, or a machine that is away, is waited for by whoever repeats the command
      if (commands > this.#scenario.happenings.length) this.world.settle();
      await this.command();
    }
    await this.#scheduler.waitIdle();
    this.world.settle();
  }

  #happens(event: Happening["event"], worker: number): void {
    if (event === "kill") this.#kill();
    else if (worker < this.world.names.length) this.world.happen(event, `w${worker}`);
  }

  /** One `pulumi up`: until its roll is done, stopped, or killed. */
  async command(): Promise<void> {
    let alive = true;
    const killed = new Promise<void>((resolve) => {
      this.#kill = () => {
        alive = false;
        resolve();
      };
    });
    // what a killed command waits for never comes
    const answered = <T>(label: string, answer: () => T): Promise<T> =>
      this.#scheduler
        .schedule(Promise.resolve(), label)
        .then(() => (alive ? answer() : new Promise<never>(() => undefined)));
    const roll = new Roll({
      pool: "metal",
      configPath: "pools[metal]",
      members: this.world.members,
      rollout: { maxUnavailable: this.#scenario.maxUnavailable, ignore: this.#ignore, surge: this.#surge },
      machineConfigPool: "worker",
      machineConfigPools: this.world.pools(),
      preview: undefined,
      currentNodes: () => answered("nodes read", () => parseNodes(this.world.nodeList())),
      // at once: between the last look and a deletion there is always a moment that no client can exclude
      currentMachineConfigPools: () => Promise.resolve(this.world.pools()),
      warn: () => Promise.resolve(),
      info: () => Promise.resolve(),
      status: () => Promise.resolve(),
    });
    const done = roll.run(({ name }) => {
      const joins = this.world.declare(name);
      const joined = joins ? answered(`${name} joins`, () => this.world.join(name)) : Promise.resolve();
      return { joined: () => joined };
    });
    const ended = done.then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof RollStopped)) throw error;
      },
    );
    await this.#scheduler.waitFor(Promise.race([killed, ended]));
  }
}
