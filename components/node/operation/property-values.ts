import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * Property values as the engine sends them (pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go): JSON, with envelopes
 * for secrets and a sentinel for what a preview does not know yet.
 */

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };
export type Properties = Record<string, Plain>;

/** As in the SDK (runtime/rpc.js), whose import would load all of it: twice as slow a start of the plugin. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
export const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Stands for a value that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Unknown values of other types than string, which older engines send. */
const unknowns = new Set([
  unknown,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknowns.has(value);
}

export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(hasUnknown);
}

/** The properties of a message without their envelopes; `secret` lists the top-level keys that held one. */
export function read(message: Struct | undefined): { properties: Properties; secret: string[] } {
  const raw: Properties = message?.toJavaScript() ?? {};
  const secret: string[] = [];
  const properties: Properties = {};
  for (const [key, value] of Object.entries(raw)) {
    properties[key] = open(value, () => secret.push(key));
  }
  return { properties, secret: [...new Set(secret)] };
}

/** A message of plain properties; the keys named in `secret` are wrapped. */
export function write(properties: Record<string, unknown>, secret: readonly string[] = []): Struct {
  const wrapped = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, secret.includes(key) ? { [signatureKey]: secretSignature, value } : value]);
  return struct.Struct.fromJavaScript(
    Object.fromEntries(wrapped) as Parameters<typeof struct.Struct.fromJavaScript>[0],
  );
}

function open(value: Plain, onSecret: () => void): Plain {
  if (Array.isArray(value)) return value.map((it) => open(it, onSecret));
  if (typeof value !== "object" || value === null) return isUnknown(value) ? unknown : value;
  const signature = value[signatureKey];
  if (signature === secretSignature) {
    onSecret();
    return open(value["value"] ?? null, onSecret);
  }
  if (signature === outputSignature) {
    if (value["secret"] === true) onSecret();
    return value["value"] === undefined ? unknown : open(value["value"], onSecret);
  }
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, open(it, onSecret)]));
}
