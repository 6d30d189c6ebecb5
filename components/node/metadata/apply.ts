import { isDeepStrictEqual } from "node:util";
import pRetry from "p-retry";
import { isOutdated } from "../../kubernetes/api-error.ts";
import { type Api } from "../../kubernetes/client.ts";
import { annotations, fieldManager, type NodeObject, type NodeTaint } from "../../kubernetes/types.ts";
import { UserError } from "../../lib/errors.ts";
import { own } from "../../lib/objects.ts";
import { propertyPath } from "../operation/diff.ts";
import type { Properties } from "../operation/property-values.ts";
import { asProperties, type NodeInputs } from "../operation/types.ts";
import { alike, describeTaint, idOf, readRecord, taintPlan, type TaintPlan, writeRecord } from "./taints.ts";

/** What is written on a Node of ours: labels, taints, and annotations that name its owner and its server. */
export type NodeMetadata = Pick<
  NodeInputs,
  "nodeName" | "owner" | "serverId" | "specHash" | "labels" | "taints" | "configPath"
>;

/**
 * Which taints of a Node are ours, as `key:effect`. The state keeps it, no annotation: a kubelet may write those. undefined
 * for a worker whose Node has not been marked by this stack yet: those that are as wanted are taken for ours.
 */
export interface TaintRecord {
  own: readonly string[] | undefined;
}

/** ms between two attempts to write taints that somebody else changed meanwhile; the caller's signal ends them. */
const pause = { minTimeout: 50, maxTimeout: 1_000 };

const nodes = "/api/v1/nodes";

/**
 * Writes labels and annotations by server-side apply: it removes what our last apply had and this one has not, and leaves
 * what others set. Then it writes the taints, which no field manager can share. Without retries, except for taints that
 * somebody else changed: the caller shows why the Node has no metadata, and tries again itself.
 *
 * @param record is kept up to date, whether or not the work succeeds
 * @returns false when this very Node has changed or is gone meanwhile: it is not recreated, nor is another of its name changed
 * @throws UserError when somebody else has set a taint of the same key and effect with another value
 */
export async function applyMetadata(
  api: Api,
  node: NodeObject,
  wanted: NodeMetadata,
  record: TaintRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const { name, uid } = node.metadata;
  // the answer is the Node as it is now: a kubelet that has no network to wait for is Ready within a second
  let current = await declare(api, node, wanted, signal);
  const attempt = async () => {
    const judged = current ?? (await api.find<NodeObject>(`${nodes}/${name}`, { signal, retries: 0 }));
    current = undefined;
    if (judged?.metadata.uid !== uid) return false;
    await taint(api, judged, wanted, record, signal);
    return true;
  };
  if (!current) return false;
  // gone or changed meanwhile: the next attempt sees which
  return pRetry(attempt, { retries: Infinity, ...pause, signal, shouldRetry: ({ error }) => isOutdated(error) });
}

/**
 * The uid keeps server-side apply from creating a Node that has just gone.
 *
 * @returns the Node as it is now, undefined when it has changed or is gone
 */
async function declare(
  api: Api,
  { metadata: { name, uid } }: NodeObject,
  wanted: NodeMetadata,
  signal: AbortSignal,
): Promise<NodeObject | undefined> {
  const metadata = { name, uid, labels: wanted.labels, annotations: declared(wanted) };
  try {
    return await api.request<NodeObject>(`${nodes}/${name}`, {
      method: "PATCH",
      query: { fieldManager, force: "true" },
      contentType: "application/apply-patch+yaml",
      body: { apiVersion: "v1", kind: "Node", metadata },
      signal,
      retries: 0,
    });
  } catch (error) {
    if (isOutdated(error)) return undefined;
    throw error;
  }
}

/** Plans by the Node as read, and writes only if it has not changed since. */
async function taint(
  api: Api,
  node: NodeObject,
  wanted: NodeMetadata,
  record: TaintRecord,
  signal: AbortSignal,
): Promise<void> {
  const plan = planOf(node, wanted, record.own);
  if (plan.conflicts.length > 0) throw conflicting(plan, wanted);
  // a patch whose answer is lost may have been applied: what it adds is ours from here on, what it removes until then
  record.own = [...new Set([...(record.own ?? []), ...plan.record])];
  const { name, uid, resourceVersion } = node.metadata;
  const note = { [annotations.taints]: writeRecord(plan.record) };
  if (changes(node, plan) || !isNoted(node, plan)) {
    await api.request(`${nodes}/${name}`, {
      method: "PATCH",
      query: { fieldManager },
      contentType: "application/merge-patch+json",
      body: { metadata: { uid, resourceVersion, annotations: note }, spec: { taints: plan.taints } },
      signal,
      retries: 0,
    });
  }
  record.own = plan.record;
}

/**
 * What differs between the Node and the wanted metadata, as paths of an OpenShiftNode's properties. A conflicting taint
 * of somebody else is drift too: the update then reports it.
 *
 * @param own see {@link TaintRecord}
 */
export function metadataDrift(node: NodeObject, wanted: NodeMetadata, own: TaintRecord["own"]): string[] {
  const { labels = {}, annotations: notes = {} } = node.metadata;
  const plan = planOf(node, wanted, own);
  const property = (annotation: string) => (annotation === annotations.specHash ? "specHash" : "owner");
  const paths = [
    ...differing(wanted.labels, labels).map((key) => propertyPath("labels", key)),
    ...(plan.conflicts.length > 0 || changes(node, plan) ? ["taints"] : []),
    ...differing(declared(wanted), notes).map(property),
  ];
  return [...new Set(paths)];
}

/** The value on the Node at a path of {@link metadataDrift}. The wanted value may be a secret and is not shown. */
export function describeMetadata(node: NodeObject, path: string, { labels }: Pick<NodeMetadata, "labels">): string {
  if (path === "taints") {
    return `the taints, which are ${(node.spec.taints ?? []).map(describeTaint).join(", ") || "none"}`;
  }
  const key = Object.keys(labels).find((it) => propertyPath("labels", it) === path);
  if (key === undefined) return "the Node's annotations, which are not those of this stack";
  const value = own(node.metadata.labels, key);
  return `the label ${key}, which is ${value === undefined ? "gone" : `"${value}"`}`;
}

/**
 * The wanted labels and taints as the Node has them, and taints of ours that are no longer wanted.
 *
 * @param own see {@link TaintRecord}
 */
export function nodeMetadata(
  node: NodeObject,
  { labels, taints }: Pick<NodeMetadata, "labels" | "taints">,
  own: TaintRecord["own"],
): Properties {
  const has = node.metadata.labels ?? {};
  const found = node.spec.taints ?? [];
  const kept = taints.flatMap((taint) => {
    const there = found.find((it) => idOf(it) === idOf(taint));
    return there ? [describeTaint(there) === describeTaint(taint) ? taint : plain(there)] : [];
  });
  const wanted = new Set(taints.map(idOf));
  const values = Object.keys(labels).flatMap((key) => (Object.hasOwn(has, key) ? [[key, has[key]] as const] : []));
  return asProperties({
    labels: Object.fromEntries(values),
    taints: [...kept, ...taintsOf(node, own ?? []).filter((it) => !wanted.has(idOf(it)))],
  });
}

/** The taints that the Node's annotation names, for an import: its inputs are shown, and only what they ask for is ours. */
export function notedTaints(node: NodeObject): NodeTaint[] {
  return taintsOf(node, readRecord(node.metadata.annotations?.[annotations.taints]));
}

function taintsOf(node: NodeObject, ids: readonly string[]): NodeTaint[] {
  return (node.spec.taints ?? []).filter((it) => ids.includes(idOf(it))).map(plain);
}

function plain({ key, value, effect }: NodeTaint): NodeTaint {
  return { key, ...(value !== undefined && { value }), effect };
}

function differing(wanted: Record<string, string>, found: Record<string, string>): string[] {
  return Object.keys(wanted).filter((key) => own(found, key) !== wanted[key]);
}

function planOf(node: NodeObject, { taints }: Pick<NodeMetadata, "taints">, own: TaintRecord["own"]): TaintPlan {
  const existing = node.spec.taints ?? [];
  return taintPlan(existing, own ?? alike(existing, taints), taints);
}

function changes(node: NodeObject, plan: TaintPlan): boolean {
  return !isDeepStrictEqual(plan.taints, node.spec.taints ?? []);
}

/** Whether the annotation, which nothing here goes by, names ours. */
function isNoted(node: NodeObject, plan: TaintPlan): boolean {
  return writeRecord(plan.record) === (node.metadata.annotations?.[annotations.taints] ?? null);
}

function conflicting({ conflicts }: TaintPlan, { nodeName, configPath }: NodeMetadata): UserError {
  const [{ found }] = conflicts as [TaintPlan["conflicts"][number]];
  const each = conflicts.map((it) => `wanted ${describeTaint(it.wanted)}, found ${describeTaint(it.found)}`);
  return new UserError(
    `node ${nodeName}: it has a taint of the same key and effect that this stack did not set: ${each.join("; ")}. ` +
      `No taint was changed. Remove that taint (oc adm taint node ${nodeName} ${idOf(found)}-), ` +
      `or change ${configPath}.taints, then run \`pulumi up\` again.`,
  );
}

function declared({ owner, serverId, specHash }: NodeMetadata): Record<string, string> {
  return {
    [annotations.owner]: owner,
    [annotations.serverId]: serverId,
    ...(specHash !== undefined && { [annotations.specHash]: specHash }),
  };
}
