import { RunError } from "./run-error.ts";

/** An error or a warning, found before anything is changed. */
export interface Diagnostic {
  /** what found it: `config`, `cluster`, `cloud`, `contradiction` or the name of a preflight check */
  readonly check: string;
  /** the config key to look at, e.g. `pools[metal].flavor` */
  readonly path: string;
  /** what was found, e.g. `no flavor named "metall"` */
  readonly problem: string;
  /** what would have been right */
  readonly expected: string;
  /** what to do about it */
  readonly remedy: string;
  /** reported, but does not stop the update */
  readonly warning?: true;
}

/** Makes the diagnostics of one check. */
export const diagnosticOf =
  (check: string) =>
  (fields: Omit<Diagnostic, "check">): Diagnostic => ({ check, ...fields });

/** An error in the stack's config. */
export const configDiagnostic = diagnosticOf("config");

/** Each error once, in the order of their paths. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const different = diagnostics.filter(
    ({ path, problem }, i) => diagnostics.findIndex((each) => each.path === path && each.problem === problem) === i,
  );
  return different.toSorted((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

/** The errors as one screen of text. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const sorted = inOrder(diagnostics);
  const errorCount = sorted.filter(({ warning }) => warning !== true).length;
  const blocks = sorted.map(
    ({ path, problem, expected, remedy, warning }) =>
      `  ${path}: ${warning ? "(warning) " : ""}${problem}\n    expected: ${expected}\n    fix:      ${remedy}`,
  );
  const title = errorCount === 1 ? "1 error" : `${errorCount} errors`;
  return `${title}, nothing was changed:\n\n${blocks.join("\n")}\n`;
}

/** A warning in one line, as the engine shows it. */
export function renderWarning({ check, path, problem, expected, remedy }: Diagnostic): string {
  return `${path}: ${problem}; expected: ${expected}; ${remedy} (check ${check})`;
}

/** A user's mistakes: ends the program with them and without a stack trace. */
export class ConfigError extends RunError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
  }
}

/** Ends the program with the errors, warnings among them too. Does nothing if there are only warnings. */
export function throwIfErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ warning }) => warning !== true)) throw new ConfigError(diagnostics);
}
