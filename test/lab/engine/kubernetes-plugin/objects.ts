import { createHash } from "node:crypto";
import type { Plain, Properties } from "../../../../components/node/operation/property-values.ts";
import { isUnknown } from "../../../../components/node/operation/property-values.ts";

/** Annotations and state keys of pulumi-kubernetes that this plugin understands. */
export const keys = {
  autonamed: "pulumi.com/autonamed",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  stateFieldManager: "__fieldManager",
  stateApiVersion: "__initialApiVersion",
} as const;

/** Metadata that the API server owns. */
const serverMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

const isObject = (value: Plain | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const objectAt = (value: Properties, key: string): Properties => {
  const found = value[key];
  return isObject(found) ? found : {};
};

export const metadataOf = (object: Properties): Properties => objectAt(object, "metadata");
export const annotationsOf = (object: Properties): Properties => objectAt(metadataOf(object), "annotations");

const text = (value: Plain | undefined): string => (typeof value === "string" ? value : "");
export const nameOf = (object: Properties): string => text(metadataOf(object)["name"]);
export const namespaceOf = (object: Properties): string => text(metadataOf(object)["namespace"]);

/** The id in the engine's state: namespace/name, or the name alone. */
export function idOf(object: Properties): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function parseId(id: string): { namespace: string; name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

export function withMetadata(object: Properties, change: Properties): Properties {
  return { ...object, metadata: { ...metadataOf(object), ...change } };
}

/** The object as it goes to the API server: without nulls, the plugin's own keys and what the server owns. */
export function normalize(object: Properties): Properties {
  const kept = Object.entries(object).filter(([key]) => !key.startsWith("__"));
  const clean = withoutNulls(Object.fromEntries(kept)) as Properties;
  if (isObject(clean["metadata"])) {
    for (const key of serverMetadata) Reflect.deleteProperty(clean["metadata"], key);
  }
  return clean["kind"] === "Secret" && clean["apiVersion"] === "v1" ? encodeSecret(clean) : clean;
}

function withoutNulls(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, it]) => it !== null);
  return Object.fromEntries(kept.map(([key, it]) => [key, withoutNulls(it)]));
}

/** The API server turns stringData into data, so that the two are compared as data. */
function encodeSecret({ stringData, ...rest }: Properties): Properties {
  if (stringData === undefined) return rest;
  if (!isObject(stringData)) return { ...rest, data: stringData };
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    typeof value === "string" && !isUnknown(value) ? Buffer.from(value).toString("base64") : value,
  ]);
  return { ...rest, data: { ...objectAt(rest, "data"), ...(Object.fromEntries(encoded) as Properties) } };
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A name of its own for an object whose program gives it none: the resource's name and 8 characters of the seed. */
export function autoname(resource: string, seed: Uint8Array): string {
  const digest = createHash("sha256").update(seed).digest();
  const suffix = Array.from(digest.subarray(0, 8), (byte) => alphabet[byte % alphabet.length]).join("");
  return `${resource}-${suffix}`;
}

/** The new inputs with a name: the program's, else that of the old inputs, else one made of the seed. */
export function named(news: Properties, olds: Properties, resource: string, seed: Uint8Array): Properties {
  if (metadataOf(news)["name"] !== undefined) return news;
  const kept = annotationsOf(olds)[keys.autonamed] === "true" ? nameOf(olds) : "";
  return withMetadata(news, {
    name: kept || autoname(resource, seed),
    annotations: { ...annotationsOf(news), [keys.autonamed]: "true" },
  });
}

/** Stable for a resource: conflicts are with others, never with an earlier run of the same program. */
export function fieldManagerOf(inputs: Properties, state: Properties, urn: string): string {
  const digest = createHash("sha256").update(urn).digest("hex").slice(0, 8);
  return (
    text(annotationsOf(inputs)[keys.patchFieldManager]) ||
    text(state[keys.stateFieldManager]) ||
    `pulumi-kubernetes-${digest}`
  );
}
