/** Why a wait was aborted: its time was up. */
export class OutOfTime extends Error {}

/** Why a wait was aborted: the engine cancels the update. */
export class Cancelled extends Error {}

export interface Wait<T> {
  /** returns undefined to go on waiting */
  test: () => Promise<T | undefined> | T | undefined;
  /** each calls its listener after a change that is worth another test, and returns how to stop that */
  wake: ((listener: () => void) => () => void)[];
  /** ends the wait */
  signal: AbortSignal;
  /** test again after this many ms without a change; default: only after a change */
  every?: () => number | undefined;
}

/**
 * Waits for a change, not by polling.
 *
 * @throws the signal's reason on abort; whatever the test throws
 */
export async function until<T>(wait: Wait<T>): Promise<T> {
  let bell = Promise.withResolvers<undefined>();
  const ring = () => bell.resolve(undefined);
  const silence = wait.wake.map((subscribe) => subscribe(ring));
  wait.signal.addEventListener("abort", ring);
  try {
    for (;;) {
      wait.signal.throwIfAborted();
      bell = Promise.withResolvers();
      const result = await wait.test();
      if (result !== undefined) return result;
      const pause = wait.every?.();
      const timer = pause === undefined ? undefined : setTimeout(ring, pause);
      await bell.promise;
      clearTimeout(timer);
    }
  } finally {
    wait.signal.removeEventListener("abort", ring);
    for (const stop of silence) stop();
  }
}

/** The work's end, or the signal's reason: work that others share goes on without the one who left. */
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
