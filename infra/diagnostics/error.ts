import type { Fault } from "./diagnostic.ts";

/** Facts that could not be had, for reasons that a person can remove: told as faults and not as a stack trace. */
export class DiagnosticError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map((fault) => `${fault.path}: ${fault.what}`).join("; "), options);
    this.faults = faults;
  }
}

/**
 * Waits for all, side by side. Throws one DiagnosticError with the faults of all that failed with a DiagnosticError, of the same DiagnosticError
 * once; any other error is thrown as it is.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const faults = results.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof DiagnosticError) return result.reason.faults;
    throw result.reason;
  });
  if (faults.length > 0) throw new DiagnosticError([...new Set(faults)]);
  return results.map((result) => (result.status === "fulfilled" ? result.value : undefined)) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
