import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Path } from "../paths.ts";

/** An error or a warning in an Ignition config, at its path in that config. */
export interface Finding extends Pick<Diagnostic, "problem" | "expected" | "remedy" | "warning"> {
  readonly path: Path;
}

/** The findings of each valid entry of a list. */
export function each<T>(
  list: readonly (T | undefined)[] | undefined,
  path: Path,
  check: (entry: T, path: Path) => readonly Finding[],
): Finding[] {
  return (list ?? []).flatMap((entry, i) => (entry === undefined ? [] : check(entry, [...path, i])));
}
