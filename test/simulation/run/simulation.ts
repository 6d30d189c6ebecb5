import type fc from "fast-check";
import type { Change, World } from "../world/world.ts";
import type { Invariant } from "../invariants/invariant.ts";
import type { PortAnswer } from "../transport/machines.ts";
import { Services } from "../transport/network.ts";
import type { Steps } from "./steps.ts";
import { beginning, jump, pendingTimers, randomOf, reset, settled, stamp } from "./clock.ts";

/** A run that the model cannot go on with, or that broke an invariant: never an error of the program that it could catch. */
export class SimulationFailure extends Error {}

/** Jumps of the clock in one run, steps between two of them: beyond that something goes round in circles. */
const limit = 20_000;

let running: Simulation | undefined;

const begin = (simulation: Simulation): void => void (running = simulation);

/** The run that is under way, for the seams: they are one for all of a file's runs. */
export function currentRun(): Simulation {
  if (!running) throw new Error("no simulation runs: a seam was used outside of one");
  return running;
}

/**
 * One run: what can happen next is a labelled task of fast-check's scheduler, which picks one; when none is left the clock
 * jumps to the next timer. Invariants are checked after every change of the world and after every step.
 */
export class Simulation implements Steps {
  /** what happened, in its order */
  readonly trace: string[] = [];
  readonly world: World;
  /** what the plugin can reach */
  readonly services = new Services(this);
  /** what the kubelets' ports answer, by address */
  readonly ports = new Map<string, PortAnswer>();
  /** names of the plugin's processes that there have been */
  readonly processes: string[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #invariants: readonly Invariant[];
  #background = 0;
  #failure: SimulationFailure | undefined;

  constructor(scheduler: fc.Scheduler, world: World, invariants: readonly Invariant[], seed = 1) {
    reset();
    this.#scheduler = scheduler;
    this.#invariants = invariants;
    this.world = world;
    begin(this);
    Math.random = randomOf(seed);
    world.onChange((change) => this.#observe(change));
  }

  note(text: string): void {
    this.trace.push(`${stamp()} ${text}`);
  }

  step(label: string, task: () => void, isMoot: () => boolean = () => false): void {
    void this.#scheduler.schedule(Promise.resolve(), label).then(() => {
      if (!isMoot()) this.#perform(label, task);
    });
  }

  later(ms: number, label: string, task: () => void, background = false): () => void {
    if (background) this.#background += 1;
    let isOpen = true;
    const close = (): boolean => {
      const was = isOpen;
      isOpen = false;
      if (was && background) this.#background -= 1;
      return was;
    };
    const timer = setTimeout(() => {
      if (close()) this.step(label, task);
    }, ms);
    return () => {
      if (close()) clearTimeout(timer);
    };
  }

  fail(reason: string): void {
    this.#failure ??= new SimulationFailure(reason);
  }

  /**
   * Runs the world until the work has ended.
   *
   * @param within ms of simulated time that it may take
   * @throws SimulationFailure: a deadlock, a bound that was missed, a broken invariant
   */
  async run<T>(work: Promise<T>, what: string, within: number): Promise<T> {
    const end = Date.now() + within;
    let isOver = false;
    work.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    await this.#while(() => {
      if (isOver) return false;
      if (Date.now() > end) this.fail(`${what} has not ended within its bound of ${within / 1000} s`);
      return true;
    }, what);
    return work;
  }

  /** Lets the world go on for so many ms. */
  async pass(ms: number): Promise<void> {
    const end = Date.now() + ms;
    let isOver = false;
    setTimeout(() => (isOver = true), ms);
    await this.#while(() => !isOver || this.#scheduler.count() > 0 || Date.now() < end, "the passing of time");
  }

  /** Checks what must hold once nobody acts any more. */
  rest(): void {
    for (const { name, atRest } of this.#invariants) {
      const problem = atRest?.(this.world);
      if (problem !== undefined) this.fail(`${name}: ${problem}`);
    }
    this.#throwIfFailed();
  }

  async #while(goesOn: () => boolean, what: string): Promise<void> {
    for (let rounds = 0; ; rounds += 1) {
      await settled();
      this.#throwIfFailed();
      if (!goesOn()) break;
      this.#throwIfFailed();
      if (rounds > limit) this.fail(`${what}: ${limit} steps and no end`);
      else if (this.#scheduler.count() > 0) await this.#scheduler.waitNext(1);
      else if (pendingTimers() > this.#background) jump();
      else this.fail(`deadlock: ${what} waits, nothing can happen and no timer runs`);
    }
  }

  #perform(label: string, task: () => void): void {
    this.note(label);
    try {
      task();
    } catch (error) {
      this.fail(`${label}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  #observe(change: Change): void {
    for (const { name, onChange } of this.#invariants) {
      const problem = onChange?.(change, this.world);
      if (problem !== undefined) this.fail(`${name}: ${problem}`);
    }
  }

  #throwIfFailed(): void {
    if (this.#failure === undefined) return;
    this.#failure.message += `\n\nwhat happened since ${new Date(beginning).toISOString()}:\n  ${this.trace.join("\n  ")}`;
    throw this.#failure;
  }
}
