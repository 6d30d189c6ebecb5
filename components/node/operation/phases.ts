import { humanDuration } from "../../lib/duration.ts";
import { startTimer } from "../../lib/timer.ts";
import { DeadlineExceeded } from "../../lib/wait.ts";

/** Takes the messages of a resource, which the engine shows on the resource's own line. */
export interface ResourceLog {
  /** replaces the text beside the resource while it works */
  status(text: string): void;
  /** is still shown after the update */
  info(text: string): void;
  warn(text: string): void;
}

/** What an operation needs besides its inputs. */
export interface Operation {
  urn: string;
  verb: "diff" | "create" | "read" | "update" | "delete";
  log: ResourceLog;
  /** aborted when the engine cancels */
  signal: AbortSignal;
  /** end of the resource's customTimeouts, ms since the epoch; Infinity without one */
  deadline: number;
  /**
   * The program of this command declares the resource: a deletion is the first half of its replacement, and what depends on
   * it may stay (`pulumi up --replace`).
   */
  replacement: boolean;
}

export interface Phase {
  name: string;
  /** ms since the epoch */
  deadline: number;
  /** the timeout as configured: seconds, and the key in the stack's config */
  timeout: { seconds: number; key: string };
  /** what the phase waits for, for the resource's line */
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
  /** the resource's customTimeouts ended it, not the timeout of the phase */
  readonly capped: boolean;
  /** the operation of these customTimeouts */
  readonly verb: Operation["verb"];

  constructor(phase: Phase, elapsed: number, { deadline, verb }: Operation) {
    super(`${phase.name} timed out`);
    this.phase = phase;
    this.elapsed = elapsed;
    this.capped = deadline < phase.deadline;
    this.verb = verb;
  }
}

/** How many phases run in this process. */
let running = 0;

/** ms between two status lines of any resource: each is a call to the engine, which keeps all of them without a terminal. */
const lineSpacing = 50;

/**
 * ms until a phase shows its status line again.
 *
 * @param elapsed ms since it began
 * @param phases how many run at once
 */
export function refreshInterval(elapsed: number, phases: number): number {
  const own = elapsed < 30_000 ? 1_000 : elapsed < 300_000 ? 5_000 : 30_000;
  return Math.max(own, phases * lineSpacing);
}

/** Runs the phases of an operation in sequence, shows each on the resource's line and records its duration. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly #operation: Operation;
  /** name of the phase that runs, for a message about its cancellation */
  current = "";

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /**
   * @param work gets a signal that aborts with DeadlineExceeded at the end of the phase, and when the operation is cancelled
   * @throws PhaseTimeout when the time is up before `work` is done
   */
  async run<T>(phase: Phase, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const started = Date.now();
    const timeout = new AbortController();
    const deadline = Math.min(phase.deadline, this.#operation.deadline);
    const stopAlarm = startTimer(Math.max(0, deadline - started), () => timeout.abort(new DeadlineExceeded()));
    const signal = AbortSignal.any([timeout.signal, this.#operation.signal]);
    this.current = phase.name;
    let stopShowing: () => void = () => undefined;
    const show = () => {
      this.#show(phase, started);
      stopShowing = startTimer(refreshInterval(Date.now() - started, running), show);
    };
    running += 1;
    show();
    try {
      const result = await work(signal);
      this.entries.push({ phase: phase.name, seconds: Math.round((Date.now() - started) / 100) / 10 });
      this.#operation.log.status(`done: ${this.#durations()}`);
      return result;
    } catch (error) {
      // an aborted request fails with an error of its own: the reason of the abort is what happened
      const reason: unknown = signal.aborted ? signal.reason : error;
      if (!(reason instanceof DeadlineExceeded)) throw reason;
      throw new PhaseTimeout(phase, (Date.now() - started) / 1000, this.#operation);
    } finally {
      running -= 1;
      stopAlarm();
      stopShowing();
    }
  }

  #show(phase: Phase, started: number): void {
    const elapsed = humanDuration((Date.now() - started) / 1000);
    const done = this.entries.length > 0 ? ` (done: ${this.#durations()})` : "";
    this.#operation.log.status(
      `${phase.name}: ${elapsed} of ${humanDuration(phase.timeout.seconds)}, waiting for ${phase.awaiting()}${done}`,
    );
  }

  /** The finished phases: `boot 3m12s, registration 4s`. */
  #durations(): string {
    return this.entries.map((it) => `${it.phase} ${humanDuration(it.seconds)}`).join(", ");
  }
}

/** Which limit ended a phase, and the key that sets it. */
export function timeoutCause({ phase, capped, elapsed, verb }: PhaseTimeout): string {
  if (capped) return `stopped after ${humanDuration(elapsed)} by the resource's customTimeouts.${verb}`;
  return `did not finish within ${humanDuration(phase.timeout.seconds)} (${phase.timeout.key})`;
}
