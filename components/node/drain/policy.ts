import { controllerOf, podName } from "../../kubernetes/pods.ts";
import type { PodObject } from "../../kubernetes/types.ts";

/**
 * What happens to each pod of a leaving node: the filters of `kubectl drain` in their order (kubernetes/kubectl,
 * pkg/drain/filters.go: deleted, DaemonSet, mirror, emptyDir, unmanaged). Pure.
 */

/** The flags of `kubectl drain`. */
export interface DrainPolicy {
  ignoreDaemonSets: boolean;
  deleteEmptyDirData: boolean;
  /** evict pods that no controller will recreate */
  force: boolean;
  /** a pod that has been terminating for longer than this counts as gone, in seconds; 0: never */
  skipWaitForDelete: number;
}

export type PodRule = "deleted" | "daemonset" | "mirror" | "emptydir" | "unmanaged";

export type PodAction =
  | { action: "evict" }
  /** stays on the node, and the drain does not wait for it */
  | { action: "skip"; rule: PodRule; detail: string }
  /** must not be evicted under this policy: the drain fails */
  | { action: "block"; rule: PodRule; detail: string };

export interface PodPlan {
  pod: PodObject;
  plan: PodAction;
}

/**
 * `namespace/name` of the DaemonSet that controls a pod. Another API group's kind of that name is no DaemonSet to
 * `kubectl drain` (isControllerRefDaemonSet): its pods are evicted.
 */
export function daemonSetOf(pod: PodObject): string | undefined {
  const controller = controllerOf(pod);
  if (controller?.kind !== "DaemonSet" || (controller.apiVersion ?? "apps/v1") !== "apps/v1") return undefined;
  return `${pod.metadata.namespace ?? "default"}/${controller.name}`;
}

/**
 * A kubelet that does not report does not confirm deletions: pods get this grace period, in seconds, and count as gone once
 * they have been terminating for longer (machine-api-operator, drain_controller.go).
 */
export const unreachableGrace = 1;

/** Longest grace period of a pod under force, in seconds: it leaves half a minute of the forced drain to confirm the deletion. */
const forcedGrace = 90;

/** Grace period of a pod that sets none, in seconds (kubernetes, DefaultTerminationGracePeriodSeconds). */
const defaultGrace = 30;

/** Seconds that a pod gets to terminate; -1: its own. */
export function graceOf(
  pod: PodObject,
  { gracePeriod, unreachable, forced }: { gracePeriod: number; unreachable: boolean; forced: boolean },
): number {
  if (unreachable) return unreachableGrace;
  if (!forced) return gracePeriod;
  return Math.min(
    gracePeriod >= 0 ? gracePeriod : (pod.spec.terminationGracePeriodSeconds ?? defaultGrace),
    forcedGrace,
  );
}

/** The progress of a terminating pod, undefined for others. A finalizer keeps a pod beyond its grace period. */
export function termination(pod: PodObject, now: number): string | undefined {
  const { deletionTimestamp, finalizers = [] } = pod.metadata;
  if (deletionTimestamp === undefined) return undefined;
  // the API server writes the time at which the grace period ends
  const past = Math.trunc((now - Date.parse(deletionTimestamp)) / 1000);
  const when = past < 0 ? `its grace period ends in ${-past} s` : `its grace period ended ${past} s ago`;
  const kept = finalizers.length === 0 ? "" : `, finalizers: ${finalizers.join(", ")}`;
  return `terminating (${when}${kept})`;
}

export function drainPlan(
  pods: readonly PodObject[],
  policy: DrainPolicy,
  now: number,
  /** `namespace/name` of each DaemonSet that exists, among the controllers of the pods */
  daemonSets: ReadonlySet<string>,
): PodPlan[] {
  return pods.map((pod) => ({ pod, plan: judgePod(pod, policy, now, daemonSets) }));
}

/** The pods that a drain would still evict, whatever its policy: all but those of DaemonSets and the node's static ones. */
export function podsLeft(pods: readonly PodObject[]): string[] {
  const policy = { ignoreDaemonSets: true, deleteEmptyDirData: true, force: true, skipWaitForDelete: 0 };
  const daemonSets = new Set(pods.flatMap((pod) => daemonSetOf(pod) ?? []));
  return drainPlan(pods, policy, 0, daemonSets).flatMap(({ pod, plan }) =>
    plan.action === "skip" ? [] : [podName(pod)],
  );
}

export function judgePod(pod: PodObject, policy: DrainPolicy, now: number, daemonSets: ReadonlySet<string>): PodAction {
  return (
    deleted(pod, policy, now) ??
    daemonSet(pod, policy, daemonSets) ??
    mirror(pod) ??
    emptyDir(pod, policy) ??
    unmanaged(pod, policy) ?? { action: "evict" }
  );
}

function deleted(pod: PodObject, policy: DrainPolicy, now: number): PodAction | undefined {
  const since = pod.metadata.deletionTimestamp;
  if (policy.skipWaitForDelete === 0 || since === undefined) return undefined;
  const terminating = Math.trunc((now - Date.parse(since)) / 1000);
  if (terminating <= policy.skipWaitForDelete) return undefined;
  return {
    action: "skip",
    rule: "deleted",
    detail: `terminating for ${terminating} s on a node that does not answer`,
  };
}

function daemonSet(pod: PodObject, policy: DrainPolicy, daemonSets: ReadonlySet<string>): PodAction | undefined {
  const name = daemonSetOf(pod);
  if (name === undefined || isFinished(pod)) return undefined;
  if (!daemonSets.has(name)) {
    if (policy.force) return undefined;
    return {
      action: "block",
      rule: "daemonset",
      detail: `its DaemonSet ${name} does not exist: evicted only with force`,
    };
  }
  const detail = `managed by DaemonSet ${name}`;
  return policy.ignoreDaemonSets
    ? { action: "skip", rule: "daemonset", detail }
    : { action: "block", rule: "daemonset", detail };
}

function mirror(pod: PodObject): PodAction | undefined {
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] === undefined) return undefined;
  return { action: "skip", rule: "mirror", detail: "a static pod of the node" };
}

function emptyDir(pod: PodObject, policy: DrainPolicy): PodAction | undefined {
  const volume = pod.spec.volumes?.find((it) => it.emptyDir !== undefined && it.emptyDir !== null);
  if (volume === undefined || isFinished(pod) || policy.deleteEmptyDirData) return undefined;
  return {
    action: "block",
    rule: "emptydir",
    detail: `volume ${volume.name} is an emptyDir, whose data would be lost: evicted only with deleteEmptyDirData`,
  };
}

function unmanaged(pod: PodObject, policy: DrainPolicy): PodAction | undefined {
  if (isFinished(pod) || controllerOf(pod) !== undefined || policy.force) return undefined;
  return { action: "block", rule: "unmanaged", detail: "no controller would recreate it: evicted only with force" };
}

function isFinished(pod: PodObject): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}
