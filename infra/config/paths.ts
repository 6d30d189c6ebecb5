import type { z } from "zod";
import { isObject, own } from "../../components/lib/objects.ts";
import { poolSchema, workerSchema } from "./pool.ts";

/** What identifies an entry of a list in a path: its name, or its index. */
type EntryKey = string | number;

/** A name of digits alone is quoted: it would read as an index, and another entry may have that. */
const inBrackets = (key: EntryKey): string => `[${typeof key === "string" && /^\d+$/.test(key) ? `"${key}"` : key}]`;

/**
 * The path of a pool in the config. The pool's name identifies it: other pools may come, go or move without changing the
 * path, which the state keeps as an input. An index identifies only a pool without a valid and unique name.
 */
export const poolPath = (key: EntryKey): string => `pools${inBrackets(key)}`;

/** The path of a named worker in the config, with the same keys as that of a pool. */
export const workerPath = (pool: string, key: EntryKey): string => `${pool}.workers${inBrackets(key)}`;

/** The lists of the config whose entries have a name, with the schema of the name. */
const namedLists: ReadonlyMap<PropertyKey, z.ZodType> = new Map([
  ["pools", poolSchema.shape.name],
  ["workers", workerSchema.shape.name],
]);

const nameOf = (entry: unknown): unknown => (isObject(entry) ? own(entry, "name") : undefined);

/**
 * The name of an entry in a list of pools or workers, the index in any other list. The config may be invalid: an entry
 * whose name is not valid, or that shares its name with another, keeps its index.
 *
 * @param list key of the list, e.g. `pools`
 */
export function entryKey(list: PropertyKey | undefined, entries: unknown, index: number): EntryKey {
  const schema = list === undefined ? undefined : namedLists.get(list);
  if (!schema || !Array.isArray(entries)) return index;
  const names = entries.map(nameOf);
  const name = names[index];
  const unique = names.filter((each) => each === name).length === 1;
  return typeof name === "string" && unique && schema.safeParse(name).success ? name : index;
}

export type Path = readonly PropertyKey[];

/** The value that a path leads to. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" ? own(at as Record<string, unknown>, String(key)) : undefined),
    value,
  );
}

/**
 * A path as text: `["pools", 0, "name"]` is `pools[metal].name`, and a key that is no word is quoted, as in `labels["a/b"]`.
 *
 * @param root the value that the path leads into: it has the names of pools and workers
 */
export function renderPath(path: Path, root?: unknown): string {
  return path.reduce<string>((text, key, i) => {
    if (typeof key === "number")
      return `${text}${inBrackets(entryKey(path[i - 1], valueAt(root, path.slice(0, i)), key))}`;
    const name = String(key);
    if (text && !/^[\w-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text ? `${text}.${name}` : name;
  }, "");
}
