import type { Diagnostic } from "./diagnostic.ts";

/** Facts that could not be had, for reasons that a person can remove: told as errors and not as a stack trace. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((diagnostic) => `${diagnostic.path}: ${diagnostic.problem}`).join("; "), options);
    this.diagnostics = diagnostics;
  }
}

/**
 * Waits for all, side by side. Throws one DiagnosticError with the errors of all that failed with a DiagnosticError, of the same DiagnosticError
 * once; any other error is thrown as it is.
 */
export async function allOrDiagnostics<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const diagnostics = results.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof DiagnosticError) return result.reason.diagnostics;
    throw result.reason;
  });
  if (diagnostics.length > 0) throw new DiagnosticError([...new Set(diagnostics)]);
  return results.map((result) => (result.status === "fulfilled" ? result.value : undefined)) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
