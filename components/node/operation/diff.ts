import { isDeepStrictEqual } from "node:util";
import { own } from "../../lib/objects.ts";
import type { Plain, Properties } from "./property-values.ts";

export type Change = "add" | "delete" | "update";

export interface Difference {
  /** by property path, as `timeouts.boot`, `fixedIps[0]` or `labels["example.com/a"]` */
  changes: Map<string, Change>;
  /** top-level properties whose change needs another resource */
  replaces: string[];
}

/**
 * What changed between the inputs of the last update and the new ones. A value that a preview does not know yet counts
 * as changed, so that a node is replaced in the preview when its server is.
 */
export function difference(olds: Properties, news: Properties, replacing: readonly string[]): Difference {
  const changes = new Map<string, Change>();
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (!key.startsWith("__")) compare(own(olds, key), own(news, key), key, changes);
  }
  const top = [...changes.keys()].map(topOf);
  return { changes, replaces: replacing.filter((key) => top.includes(key)) };
}

function compare(
  before: Plain | undefined,
  after: Plain | undefined,
  path: string,
  changes: Map<string, Change>,
): void {
  if (isDeepStrictEqual(before ?? null, after ?? null)) return;
  if (before === undefined || before === null) return void changes.set(path, "add");
  if (after === undefined || after === null) return void changes.set(path, "delete");
  if (typeof before !== "object" || typeof after !== "object" || Array.isArray(before) !== Array.isArray(after)) {
    return void changes.set(path, "update");
  }
  const inner = (key: string) => (Array.isArray(before) ? `${path}[${key}]` : propertyPath(path, key));
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(own(before as Properties, key), own(after as Properties, key), inner(key), changes);
  }
}

/** `timeouts` of `timeouts.boot`, `fixedIps` of `fixedIps[0]` */
export function topOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

/** The path of a property within another, as the engine reads it (pulumi/pulumi, sdk/go/common/resource/property_path.go). */
export function propertyPath(outer: string, key: string): string {
  return /[."[\]]/.test(key) ? `${outer}["${key.replaceAll('"', '\\"')}"]` : `${outer}.${key}`;
}
