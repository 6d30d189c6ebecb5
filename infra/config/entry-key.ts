import type { z } from "zod";
import { poolSchema, workerSchema } from "./pool.ts";

/** The lists of the config whose entries have a name, with the schema of the name. */
const namedLists: ReadonlyMap<PropertyKey, z.ZodType> = new Map([
  ["pools", poolSchema.shape.name],
  ["workers", workerSchema.shape.name],
]);

const nameOf = (entry: unknown): unknown =>
  entry !== null && typeof entry === "object" && "name" in entry ? entry.name : undefined;

/**
 * What identifies an entry of a list in a path: its name in a list of pools or workers, its index in any other list. The
 * config may be invalid: an entry whose name is not valid, or that shares its name with another, keeps its index.
 *
 * @param list key of the list, e.g. `pools`
 */
export function entryKey(list: PropertyKey | undefined, entries: unknown, index: number): string | number {
  const schema = list === undefined ? undefined : namedLists.get(list);
  if (!schema || !Array.isArray(entries)) return index;
  const names = entries.map(nameOf);
  const name = names[index];
  const unique = names.filter((each) => each === name).length === 1;
  return typeof name === "string" && unique && schema.safeParse(name).success ? name : index;
}
