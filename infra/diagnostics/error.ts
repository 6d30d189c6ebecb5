import type { Diagnostic } from "./diagnostic.ts";

/** Facts could not be read for reasons that the user can fix: reported as errors, without a stack trace. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((diagnostic) => `${diagnostic.path}: ${diagnostic.problem}`).join("; "), options);
    this.diagnostics = diagnostics;
  }
}

/**
 * Waits for all promises in parallel. Throws one DiagnosticError with the diagnostics of every DiagnosticError, each once; any
 * other error is thrown unchanged.
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
