import { jest } from "@jest/globals";

/** The time of a simulated run: nothing passes by itself, and whatever is asked for later is a timer. */

/** When every run begins, ms since the epoch. */
export const beginning = Date.parse("2026-01-01T12:00:00Z");

let immediates = 0;
let afterThisTurn: (resume: () => void) => void = (resume) => setImmediate(resume);

/** Once for each file of tests. undici ends a stream by a setImmediate: those are counted, not simulated. */
export function install(): void {
  jest.useFakeTimers({ now: beginning, doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate"] });
  const real = globalThis.setImmediate;
  afterThisTurn = (resume) => void real(resume);
  const counted = <T extends unknown[]>(callback: (...args: T) => void, ...args: T): NodeJS.Immediate => {
    immediates += 1;
    return real(() => {
      immediates -= 1;
      callback(...args);
    });
  };
  globalThis.setImmediate = Object.assign(counted, { __promisify__: real.__promisify__ });
}

/** Without a timer of an earlier run. */
export function reset(): void {
  // also sets the time back to where it began
  jest.clearAllTimers();
}

/** Resolves when all has run that needs no further time: ticks and microtasks, which a turn of the loop ends, and immediates. */
export async function settled(): Promise<void> {
  do await new Promise<void>((resolve) => afterThisTurn(resolve));
  while (immediates > 0);
}

export const pendingTimers = (): number => jest.getTimerCount();

/** Goes to the next timer, and runs all that are due then. */
export function jump(): void {
  jest.advanceTimersToNextTimer();
}

/** ms since the run began. */
export const elapsed = (): number => Date.now() - beginning;

/** As in a trace: `+12.345s`. */
export const stamp = (): string => `+${(elapsed() / 1000).toFixed(3)}s`;

/** Numbers that look like random ones and are the same for the same seed (Mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
