import { startTimer } from "./timer.ts";

/** The reason of a wait that was aborted at its deadline. */
export class DeadlineExceeded extends Error {}

/** The reason of a wait that was aborted because the engine cancels the update. */
export class Cancelled extends Error {}

export interface Wait<T> {
  /** returns undefined to continue waiting */
  test: () => Promise<T | undefined> | T | undefined;
  /** subscriptions: each calls its listener after a change that is worth another test, and returns how to unsubscribe */
  wake: ((listener: () => void) => () => void)[];
  /** ends the wait */
  signal: AbortSignal;
  /** ms without a change after which the test runs again; default: only after a change */
  every?: () => number | undefined;
}

/**
 * Waits until the test has a result. The test runs again after a change; nothing is polled.
 *
 * @throws the signal's reason on abort; whatever the test throws
 */
export async function until<T>(wait: Wait<T>): Promise<T> {
  let changed = Promise.withResolvers<undefined>();
  const wakeUp = () => changed.resolve(undefined);
  const unsubscribers = wait.wake.map((subscribe) => subscribe(wakeUp));
  wait.signal.addEventListener("abort", wakeUp);
  try {
    for (;;) {
      wait.signal.throwIfAborted();
      changed = Promise.withResolvers();
      const result = await wait.test();
      if (result !== undefined) return result;
      const pause = wait.every?.();
      const stop = pause === undefined ? undefined : startTimer(pause, wakeUp);
      await changed.promise;
      stop?.();
    }
  } finally {
    wait.signal.removeEventListener("abort", wakeUp);
    for (const unsubscribe of unsubscribers) unsubscribe();
  }
}

/** Settles as the work does, or rejects with the signal's reason. The work itself continues: others may share it. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  work.catch(() => undefined);
  if (!signal) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Resolves after so many ms, however many they are.
 *
 * @param keepsAlive whether the process waits for it
 * @throws the signal's reason on abort
 */
export async function sleep(ms: number, signal?: AbortSignal, keepsAlive = true): Promise<void> {
  const over = Promise.withResolvers<undefined>();
  const stop = startTimer(ms, () => over.resolve(undefined), keepsAlive);
  try {
    await abortable(over.promise, signal);
  } finally {
    stop();
  }
}
