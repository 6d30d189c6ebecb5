import { seconds } from "../../lib/duration.ts";
import { OutOfTime } from "../../lib/wait.ts";

/** Where a resource's messages go: its own line in the engine's display. */
export interface ResourceLog {
  /** replaces the text beside the resource while it works */
  status(text: string): void;
  /** stays after the update */
  info(text: string): void;
  warn(text: string): void;
}

/** What an operation has to go by, besides its inputs. */
export interface Operation {
  urn: string;
  verb: "diff" | "create" | "read" | "update" | "delete";
  log: ResourceLog;
  /** aborted when the engine cancels */
  signal: AbortSignal;
  /** the engine's own bound over everything, ms since the epoch; Infinity without one */
  deadline: number;
}

export interface Phase {
  name: string;
  /** ms since the epoch */
  deadline: number;
  /** the bound as it is configured: seconds, and the key in the stack's config */
  bound: { seconds: number; key: string };
  /** what is awaited, for the resource's line */
  awaiting: () => string;
}

export interface TimelineEntry {
  phase: string;
  seconds: number;
}

/** A phase that ran out of time. */
export class PhaseTimeout extends Error {
  readonly phase: Phase;
  /** seconds that the phase took */
  readonly elapsed: number;
  /** it was the resource's customTimeouts that ended it, and not the phase's own bound */
  readonly capped: boolean;
  /** whose customTimeouts those are */
  readonly verb: Operation["verb"];

  constructor(phase: Phase, elapsed: number, { deadline, verb }: Operation) {
    super(`${phase.name} timed out`);
    this.phase = phase;
    this.elapsed = elapsed;
    this.capped = deadline < phase.deadline;
    this.verb = verb;
  }
}

/** Phases that run in this process. */
let running = 0;

/** ms between two lines of whichever resource: each is a call to the engine, which keeps what no terminal replaces. */
const lineSpacing = 50;

/**
 * ms until a phase shows its line again.
 *
 * @param elapsed ms since it began
 * @param phases how many run at once
 */
export function refreshInterval(elapsed: number, phases: number): number {
  const own = elapsed < 30_000 ? 1_000 : elapsed < 300_000 ? 5_000 : 30_000;
  return Math.max(own, phases * lineSpacing);
}

/** Runs the phases of an operation one after the other, shows each on the resource's line and keeps its duration. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly #operation: Operation;
  /** the phase that runs, for whoever has to say what was cut off */
  current = "";

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /**
   * @param work gets a signal that aborts with OutOfTime at the end of the phase, and when the operation is cancelled
   * @throws PhaseTimeout when the time is up before `work` is done
   */
  async run<T>(phase: Phase, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const started = Date.now();
    const bound = new AbortController();
    const deadline = Math.min(phase.deadline, this.#operation.deadline);
    const alarm = setTimeout(() => bound.abort(new OutOfTime()), Math.max(0, deadline - started));
    const signal = AbortSignal.any([bound.signal, this.#operation.signal]);
    this.current = phase.name;
    let timer: NodeJS.Timeout | undefined;
    const show = () => {
      this.#show(phase, started);
      timer = setTimeout(show, refreshInterval(Date.now() - started, running));
    };
    running += 1;
    show();
    try {
      const result = await work(signal);
      this.entries.push({ phase: phase.name, seconds: Math.round((Date.now() - started) / 100) / 10 });
      this.#operation.log.status(`done: ${this.#durations()}`);
      return result;
    } catch (error) {
      // an aborted request fails in its own way: the reason of the abort counts
      const reason: unknown = signal.aborted ? signal.reason : error;
      if (!(reason instanceof OutOfTime)) throw reason;
      throw new PhaseTimeout(phase, (Date.now() - started) / 1000, this.#operation);
    } finally {
      running -= 1;
      clearTimeout(alarm);
      clearTimeout(timer);
    }
  }

  #show(phase: Phase, started: number): void {
    const elapsed = seconds((Date.now() - started) / 1000);
    const done = this.entries.length > 0 ? ` (done: ${this.#durations()})` : "";
    this.#operation.log.status(
      `${phase.name}: ${elapsed} of ${seconds(phase.bound.seconds)}, waiting for ${phase.awaiting()}${done}`,
    );
  }

  /** The phases that are over: `boot 3m12s, registration 4s`. */
  #durations(): string {
    return this.entries.map((it) => `${it.phase} ${seconds(it.seconds)}`).join(", ");
  }
}

/** What ended a phase, and the key that sets it. */
export function timeoutCause({ phase, capped, elapsed, verb }: PhaseTimeout): string {
  if (capped) return `not done after ${seconds(elapsed)}, ended by the resource's customTimeouts.${verb}`;
  return `not done within ${seconds(phase.bound.seconds)} (${phase.bound.key})`;
}
