import { isDeepStrictEqual } from "node:util";
import { hasUnknown, type Plain, type Properties } from "../../../../components/node/operation/property-values.ts";
import type { Kind } from "./kinds.ts";
import { annotationsOf, keys, metadataOf, nameOf, namespaceOf, normalize, withMetadata } from "./objects.ts";

export type Change = "add" | "delete" | "update";

export interface Difference {
  /** by property path, such as rules[0].verbs or metadata.labels["a.b/c"] */
  readonly changes: ReadonlyMap<string, Change>;
  /** the paths among them that need another object */
  readonly replaces: readonly string[];
  /** the new object has the old one's name */
  readonly deleteBeforeReplace: boolean;
}

type Path = readonly (string | number)[];

const isObject = (value: Plain | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What the cluster has of the fields that the program gave: fields that others added are not the program's. Lists are
 * kept whole, their elements pruned by position, so that an element that somebody added shows.
 */
export function prune(live: Plain, inputs: Plain): Plain {
  if (Array.isArray(live) && Array.isArray(inputs)) {
    return live.map((value, i) => (inputs[i] === undefined ? value : prune(value, inputs[i])));
  }
  if (!isObject(live) || !isObject(inputs)) return live;
  const kept = Object.keys(inputs).filter((key) => live[key] !== undefined);
  return Object.fromEntries(kept.map((key) => [key, prune(live[key] as Plain, inputs[key] as Plain)]));
}

/** What the cluster has of the program's inputs; for an object that no program gave (`.get`, import), all but the status. */
export function inputsIn(live: Properties, oldInputs: Properties): Properties {
  const object = normalize(live);
  delete object["status"];
  return Object.keys(oldInputs).length === 0 ? object : (prune(object, normalize(oldInputs)) as Properties);
}

/**
 * Compares the inputs of the program with what the cluster had of the old inputs when it was last looked at.
 * @param oldState what Create, Update or Read returned
 * @param ignored property paths of ignoreChanges
 */
export function difference(
  kind: Kind,
  oldState: Properties,
  oldInputs: Properties,
  newInputs: Properties,
  ignored: readonly string[] = [],
): Difference {
  const live = normalize(oldState);
  const news = canonical(normalize(newInputs), live);
  const olds = withMetadata(prune(live, normalize(oldInputs)) as Properties, {
    name: nameOf(live),
    ...(namespaceOf(live) && { namespace: namespaceOf(live) }),
  });
  const changes = new Map<string, Change>();
  const replaces: string[] = [];
  compare(olds, news, [], (path, change) => {
    const written = pathText(asGiven(path, newInputs));
    if (ignored.some((it) => written === it || written.startsWith(`${it}.`) || written.startsWith(`${it}[`))) return;
    changes.set(written, change);
    if (isReplacing(kind, path)) replaces.push(written);
  });
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && mustDeleteFirst(live, news) };
}

/** Secret data is compared encoded and shown as the program gives it. */
function asGiven([top, key, ...rest]: Path, inputs: Properties): Path {
  const given = inputs["stringData"];
  const encoded = top === "data" && isObject(given) && (key === undefined || given[key] !== undefined);
  return [encoded ? "stringData" : top, key, ...rest].filter((part) => part !== undefined);
}

/** An object without a namespace is in the one that the server chose for it. */
function canonical(news: Properties, live: Properties): Properties {
  const unset = metadataOf(news)["namespace"] === undefined;
  return unset && namespaceOf(live) === "default" ? withMetadata(news, { namespace: "default" }) : news;
}

function isReplacing(kind: Kind, path: Path): boolean {
  const [top, second] = path;
  if (top === "metadata") return second === "name" || second === "namespace";
  return kind.replacing.includes(String(top)) || top === "apiVersion" || top === "kind";
}

function mustDeleteFirst(live: Properties, news: Properties): boolean {
  return (
    annotationsOf(news)[keys.autonamed] !== "true" &&
    nameOf(news) === nameOf(live) &&
    namespaceOf(news) === namespaceOf(live)
  );
}

function compare(
  before: Plain | undefined,
  after: Plain | undefined,
  path: Path,
  found: (path: Path, change: Change) => void,
): void {
  if (isDeepStrictEqual(before, after) && !hasUnknown(after)) return;
  if (before === undefined || after === undefined) {
    found(path, before === undefined ? "add" : "delete");
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], [...path, key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) compare(before[i], after[i], [...path, i], found);
  } else {
    found(path, "update");
  }
}

/** As the engine writes property paths (pulumi/pulumi, sdk/go/common/resource/properties_path.go). */
export function pathText(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_$][\w$]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join("");
}
