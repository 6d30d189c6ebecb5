import type { Fault } from "./diagnostic.ts";

/** Facts that could not be had, for reasons that a person can remove: told as faults and not as a stack trace. */
export class Problem extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map((fault) => `${fault.path}: ${fault.what}`).join("; "), options);
    this.faults = faults;
  }
}

/**
 * Waits for all, side by side. Throws one Problem with the faults of all that failed with a Problem, of the same Problem
 * once; any other error is thrown as it is.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const faults = results.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof Problem) return result.reason.faults;
    throw result.reason;
  });
  if (faults.length > 0) throw new Problem([...new Set(faults)]);
  return results.map((result) => (result.status === "fulfilled" ? result.value : undefined)) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}

/** The answer, or an error as soon as the signal says that the time is up. */
export async function within<T>(signal: AbortSignal, request: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const end = (): void => late.reject(new Error("no answer in time"));
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([request, late.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** What Node.js advises where a certificate is not trusted: not the way that this program goes. */
const advice = /; if the root CA is installed locally, try running Node\.js with --use-system-ca/;

/** The text of an error and of what caused it, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says no more than that it failed, an attempt at several addresses nothing but a code
  const own = error.message === "fetch failed" && error.cause !== undefined ? "" : error.message.replace(advice, "");
  const told = own === "" ? ((error as NodeJS.ErrnoException).code ?? "") : own;
  const parts = [told, error.cause === undefined ? "" : reasonOf(error.cause)];
  return parts
    .filter((part) => part !== "")
    .join(": ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
