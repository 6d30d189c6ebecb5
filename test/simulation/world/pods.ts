import { budgetsOf } from "../../../components/kubernetes/disruption-budgets.ts";
import type { PodDisruptionBudgetObject, PodObject } from "../../../components/kubernetes/types.ts";
import { type Answer, failure, type Stored } from "../../component/support/scripted-objects.ts";
import type { World } from "./world.ts";

/** What the API server does to a pod that is to go (kubernetes, registry/core/pod/storage/eviction.go). */

/** Seconds of a pod that asks for none. */
const defaultGrace = 30;

export const isRunning = ({ metadata, status }: PodObject): boolean =>
  status?.phase === "Running" && metadata.deletionTimestamp === undefined;

/** How many pods of the budget may go at this moment. */
export function disruptionsAllowed(world: World, budget: PodDisruptionBudgetObject): number {
  const { minAvailable = 0 } = (budget.spec ?? {}) as { minAvailable?: number };
  const healthy = podsOf(world).filter((pod) => isRunning(pod) && budgetsOf(pod, [budget]).length > 0);
  return healthy.length - minAvailable;
}

export const podsOf = (world: World): PodObject[] => world.list("pods") as (Stored & PodObject)[];

/** A pod that does not run, or goes already, is not protected. */
export function evict(world: World, pod: Stored & PodObject, options: DeleteOptions, by: string): Answer {
  if (isOther(pod, options)) return failure(409, "the UID in the precondition does not match");
  if (isRunning(pod)) {
    const budgets = budgetsOf(pod, world.list("poddisruptionbudgets"));
    const [budget] = budgets;
    if (budgets.length > 1)
      return failure(
        500,
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      );
    if (budget && disruptionsAllowed(world, budget) < 1) {
      return failure(429, "Cannot evict pod as it would violate the pod's disruption budget.", [
        `The disruption budget ${budget.metadata.name} needs more healthy pods`,
      ]);
    }
  }
  terminate(world, pod, options, by);
  return [201, { kind: "Status", status: "Success" }];
}

export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string };
  readonly gracePeriodSeconds?: number;
}

export const isOther = ({ metadata }: PodObject, { preconditions }: DeleteOptions): boolean =>
  preconditions?.uid !== undefined && preconditions.uid !== metadata.uid;

/** It goes once its kubelet has ended it; at once without a kubelet, or with no time to end. A shorter grace period wins. */
export function terminate(
  world: World,
  pod: Stored & PodObject,
  { gracePeriodSeconds }: DeleteOptions,
  by: string,
): void {
  const { name, namespace, deletionTimestamp } = pod.metadata;
  const grace = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? defaultGrace;
  if (grace === 0 || pod.spec.nodeName === undefined) {
    world.delete("pods", name, namespace, by);
    return;
  }
  const end = new Date(Date.parse(world.now()) + grace * 1000).toISOString();
  if (deletionTimestamp !== undefined && deletionTimestamp <= end) return;
  world.put("pods", { ...pod, metadata: { ...pod.metadata, deletionTimestamp: end } }, by);
}
