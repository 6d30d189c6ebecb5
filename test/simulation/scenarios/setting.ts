import type fc from "fast-check";
import type { Actor } from "../actors/actor.ts";
import { Disturbances, type Written } from "../faults/disturbances.ts";
import type { FaultPlan } from "../faults/plan.ts";
import type { Invariant } from "../invariants/invariant.ts";
import { settled } from "../run/clock.ts";
import { apiHost, Killed, PluginProcess } from "../run/plugin-process.ts";
import { Simulation, SimulationFailure } from "../run/simulation.ts";
import { ApiServer } from "../world/api-server.ts";
import { World } from "../world/world.ts";

/** What a scenario comes to. */
export interface Outcome {
  /** what the API server has applied, over all processes */
  readonly written: readonly Written[];
  /** what each command ended with: undefined is success */
  readonly results: readonly (string | undefined)[];
  readonly warnings: readonly string[];
  /** the resources in the state when the first process was killed */
  readonly stateWhenKilled: readonly string[] | undefined;
  readonly trace: readonly string[];
  /** what is left, as a text that another run's is compared with */
  readonly rest: string;
}

/** Errors of commands that nobody killed. */
export const ownErrors = ({ results }: Pick<Outcome, "results">): string[] =>
  results.flatMap((it) => (it === undefined || it.startsWith("killed: ") ? [] : [it]));

/** What every scenario has: a world with an API server that a plan disturbs, and one process of the plugin after the other. */
export class Setting {
  readonly world = new World();
  readonly api: ApiServer;
  readonly simulation: Simulation;
  readonly disturbances: Disturbances;
  readonly #processes: PluginProcess[] = [];
  /** told when a process is killed, after which write of the run */
  onKilled: (write: number) => void = () => undefined;

  /** @param invariants may ask the setting what was said, once it runs */
  constructor(
    scheduler: fc.Scheduler,
    plan: FaultPlan,
    seed: number,
    invariants: (setting: Setting) => readonly Invariant[],
  ) {
    this.simulation = new Simulation(scheduler, this.world, invariants(this), seed);
    this.disturbances = new Disturbances(plan);
    this.world.skew = this.disturbances.skew;
    this.api = new ApiServer(this.world);
  }

  /** Everything that was there before is in the world: from now on changes count, and the plugin can reach it. */
  begin(actors: readonly Actor[]): void {
    const { simulation, disturbances, api, world } = this;
    simulation.services.serve(
      apiHost,
      disturbances.disturb(api.serve, () => world.revision),
    );
    api.staleness = () => disturbances.staleness();
    world.onChange(() => disturbances.changed());
    disturbances.onWatchesBroken = (forgotten) => {
      simulation.note(`the watches break${forgotten ? ", and what they missed is compacted" : ""}`);
      api.watches.breakAll(forgotten);
    };
    disturbances.onKilled = (name, write) => {
      this.#processes.find((it) => it.name === name)?.kill(`after write ${write}`);
      this.onKilled(write);
    };
    for (const actor of actors) actor.start(simulation);
    this.#bookmark();
  }

  /** What all processes have warned of. */
  get warnings(): string[] {
    return this.#processes.flatMap(({ warnings }) => warnings);
  }

  /**
   * One command of the engine, in a process of its own.
   *
   * @param within ms
   * @returns why it failed, undefined if it has not
   */
  async command(
    name: string,
    within: number,
    work: (process: PluginProcess) => Promise<void>,
  ): Promise<string | undefined> {
    const process = new PluginProcess(this.simulation, `plugin-${this.#processes.length + 1}`);
    this.#processes.push(process);
    try {
      await this.simulation.run(work(process), name, within);
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || error instanceof SimulationFailure) throw error;
      this.simulation.note(`${name} fails: ${error.message}`);
      return error instanceof Killed ? `killed: ${error.message}` : error.message;
    } finally {
      process.stop();
      // what still runs of it belongs to this run
      await settled();
    }
  }

  /** As an API server sends them, once a minute: without them a watch counts as dead. */
  #bookmark(): void {
    const send = (): void => {
      this.api.watches.bookmark();
      this.#bookmark();
    };
    this.simulation.later(60_000, "the API server sends bookmarks", send, true);
  }

  /**
   * The same command until it succeeds.
   *
   * @param patience how often at most
   * @returns what each ended with
   */
  async repeat(patience: number, command: () => Promise<string | undefined>): Promise<(string | undefined)[]> {
    const results: (string | undefined)[] = [];
    do results.push(await command());
    while (results.at(-1) !== undefined && results.length < patience);
    return results;
  }

  /** A command that must find nothing to do. */
  async unchanged(command: () => Promise<string | undefined>): Promise<void> {
    const before = this.disturbances.written.length;
    const error = await command();
    const written = this.disturbances.written.slice(before).map(({ what }) => what);
    if (error !== undefined) this.simulation.fail(`the same command again fails: ${error}`);
    if (written.length > 0) this.simulation.fail(`the same command again changes something: ${written.join(", ")}`);
    this.simulation.rest();
  }
}
