/** ms, 24.8 days: Node.js fires a longer timer after 1 ms (nodejs.org/api/timers.html, setTimeout). */
const longestTimer = 2 ** 31 - 1;

/**
 * Calls back once, after so many ms, however many they are; Infinity: never.
 *
 * @param keepsAlive whether the process waits for it
 * @returns how to stop it
 */
export function startTimer(ms: number, callback: () => void, keepsAlive = true): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const step = Math.min(left, longestTimer);
    left -= step;
    timer = setTimeout(left > 0 ? next : callback, step);
    if (!keepsAlive) timer.unref();
  };
  next();
  return () => clearTimeout(timer);
}

/** As AbortSignal.timeout, which takes no more ms than setTimeout does. The process does not wait for it. */
export function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const reason = (): DOMException => new DOMException("The operation was aborted due to timeout", "TimeoutError");
  startTimer(ms, () => controller.abort(reason()), false);
  return controller.signal;
}
