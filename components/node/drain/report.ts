import { controllerOf, podName } from "../../kubernetes/pods.ts";
import { listSection, longestList } from "../operation/messages.ts";
import type { PhaseTimeout } from "../operation/phases.ts";
import { timeoutCause } from "../operation/phases.ts";
import type { Remaining } from "./evictions.ts";

/** What the message of a failed drain contains. */
export interface DrainFailure {
  node: string;
  cordoned: boolean;
  /** the names of the pods that were evicted */
  evicted: readonly string[];
  /** a line for each pod or volume that blocks the drain */
  pods: readonly string[];
  /** the settings to look at */
  keys: readonly string[];
}

/** The message of a drain that its policy forbids, or that ran out of time. */
export function drainBlocked(reason: string, { node, cordoned, evicted, pods, keys }: DrainFailure): string {
  const kept = cordoned
    ? `Its server is untouched, and the node stays cordoned. ${describeEvicted(evicted)}`
    : "Its server is untouched and nothing was evicted; it is not known whether the node is cordoned.";
  return [
    `node ${node}: ${reason}. ${kept}`,
    ...listSection("Blocking the drain", pods),
    ...listSection("To change", keys),
    "Run the same command again to continue with the same settings: a detach uses those of the worker's last `pulumi up`. " +
      "To change them, put the worker back in the config, run `pulumi up` with the new values (it uncordons the node), " +
      "then detach it.",
  ].join("\n");
}

function describeEvicted(pods: readonly string[]): string {
  if (pods.length === 0) return "No pod was evicted.";
  const more = pods.length > longestList ? `, and ${pods.length - longestList} more` : "";
  const names = pods.slice(0, longestList).join(", ");
  return `${pods.length === 1 ? "1 pod was" : `${pods.length} pods were`} evicted: ${names}${more}.`;
}

export function drainTimeout(timeout: PhaseTimeout, failure: DrainFailure): string {
  const keys = [`the timeout: ${timeout.phase.timeout.key}`, ...failure.keys];
  return drainBlocked(`phase "${timeout.phase.name}" ${timeoutCause(timeout)}`, { ...failure, keys });
}

export function describePod({ pod, reason }: Remaining): string {
  const controller = controllerOf(pod);
  const owner = controller ? `${controller.kind} ${controller.name}` : "no controller";
  return `pod ${podName(pod)} (${owner}): ${reason}`;
}

/**
 * The warning of a drain whose Node somebody removed. Kubernetes deletes the pods of a Node that is gone without an eviction
 * (kubernetes, pkg/controller/podgc/gc_controller.go, gcOrphaned).
 */
export function orphanedPods(node: string, pods: readonly Remaining[]): string {
  return [
    `node ${node}: its Node is gone before it was drained: somebody deleted it. It counts as drained, but these pods were ` +
      "still on it. Kubernetes deletes them without regard to their PodDisruptionBudgets, and they end with the server at " +
      "the latest: check that what they serve runs elsewhere (oc get pods -A -o wide).",
    ...listSection("Pods", shortened(pods.map(describePod), pods)),
  ].join("\n");
}

/** A list cut to what an error shows; the pods beyond it are still named. */
export function shortened(lines: readonly string[], pods: readonly Remaining[]): string[] {
  const limit = longestList - 2;
  if (lines.length <= limit) return [...lines];
  const others = pods.slice(limit).map(({ pod }) => podName(pod));
  return [...lines.slice(0, limit), `and ${others.length} more: ${others.join(", ")}`];
}
