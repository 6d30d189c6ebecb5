import { type Path, renderPath } from "../paths.ts";
import type { Finding } from "./finding.ts";

interface Entries<T> {
  readonly list: readonly (T | undefined)[] | undefined;
  readonly path: Path;
  /** what identifies an entry; undefined counts as the empty text, as it does in Ignition */
  readonly key: (entry: T) => string | undefined;
}

/** Entries of the lists with the key of an earlier one: within a config Ignition refuses them, only two configs merge. */
export function duplicates<T>(lists: readonly Entries<T>[]): Finding[] {
  const first = new Map<string, Path>();
  return lists.flatMap(({ list = [], path, key }) =>
    list.flatMap((entry, i): Finding[] => {
      if (entry === undefined) return [];
      const name = key(entry) ?? "";
      const at = [...path, i];
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, at);
      const problem = `the same as ${renderPath(earlier ?? [])} of this fragment`;
      return earlier === undefined
        ? []
        : [{ path: at, problem, expected: "each once", remedy: "remove one of the two" }];
    }),
  );
}
