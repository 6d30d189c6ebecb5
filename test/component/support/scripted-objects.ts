import type { KubernetesObject, Metadata } from "../../../components/kubernetes/types.ts";

/** What the scripted API server makes of stored objects and requests: plain data in, plain data out. */

export type Stored = KubernetesObject & Record<string, unknown>;

export type Answer = [status: number, body: object];

export function selector(url: URL): (object: Stored) => boolean {
  const fields = url.searchParams.get("fieldSelector") ?? "";
  const namespace = /\/namespaces\/([^/]+)\//.exec(url.pathname)?.[1];
  const node = /^spec\.nodeName=(.+)$/.exec(fields)?.[1];
  const about = /\binvolvedObject\.name=([^,]+)/.exec(fields)?.[1];
  return ({ metadata, ...object }) =>
    (namespace === undefined || (metadata.namespace ?? namespace) === namespace) &&
    (node === undefined || (object["spec"] as { nodeName?: string }).nodeName === node) &&
    (about === undefined || (object["involvedObject"] as { name?: string }).name === about);
}

/** Of an approval the real one takes nothing but the conditions. */
export function approvedAs(before: Stored, { status }: Stored & { status?: { conditions?: unknown } }): Stored {
  return { ...before, status: { ...(before["status"] as object | undefined), conditions: status?.conditions } };
}

export function failure(code: number, message: string, causes: string[] = []): Answer {
  return [code, { kind: "Status", code, message, details: { causes: causes.map((it) => ({ message: it })) } }];
}

export function metadataOf(body: Stored): Partial<Metadata> {
  return (body as { metadata?: Partial<Metadata> }).metadata ?? {};
}

/** Whether a request names another uid or resourceVersion than the object has. */
export function isStale({ metadata }: Stored, { uid, resourceVersion }: Partial<Metadata>): boolean {
  return (
    (uid ?? metadata.uid) !== metadata.uid || (resourceVersion ?? metadata.resourceVersion) !== metadata.resourceVersion
  );
}

interface Given {
  metadata: Partial<Metadata> & { name: string };
}

const isCordoned = (object: object | undefined): boolean =>
  (object as { spec?: { unschedulable?: boolean } } | undefined)?.spec?.unschedulable === true;

/**
 * As the real one notes it: `spec.unschedulable` is managed by whoever last changed it. What a test gives a Node that was
 * not cordoned stays.
 */
export function withCordonAuthor(
  before: Stored | undefined,
  object: Given,
  manager: string,
  now = new Date().toISOString(),
): Given {
  const { managedFields: given, ...metadata } = object.metadata;
  if (!isCordoned(object)) return { ...object, metadata };
  const time = `${now.slice(0, 19)}Z`;
  const change = [{ manager, operation: "Update", time, fieldsV1: { "f:spec": { "f:unschedulable": {} } } }];
  const managedFields = isCordoned(before) ? (before?.metadata.managedFields ?? []) : (given ?? change);
  return { ...object, metadata: { ...metadata, managedFields } };
}

/** RFC 7386 */
export function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const before = typeof target === "object" && target !== null ? (target as Record<string, unknown>) : {};
  const result = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merge(before[key], value));
  }
  return Object.fromEntries(result);
}
