import { matches } from "./label-selector.ts";
import type { PodDisruptionBudgetObject, PodObject } from "./types.ts";

/** Which disruption budgets protect a pod. Pure. */

/** The budgets that select the pod. */
export function budgetsOf(pod: PodObject, budgets: readonly PodDisruptionBudgetObject[]): PodDisruptionBudgetObject[] {
  const namespace = pod.metadata.namespace ?? "default";
  return budgets.filter(
    (it) => (it.metadata.namespace ?? "default") === namespace && matches(it.spec?.selector, pod.metadata.labels),
  );
}

/** The budgets of a pod as an error names them, undefined when none selects it. */
export function describeBudgets(pod: PodObject, budgets: readonly PodDisruptionBudgetObject[]): string | undefined {
  const own = budgetsOf(pod, budgets);
  if (own.length === 0) return undefined;
  const each = own.map(({ metadata, status }) => {
    const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
    return `PodDisruptionBudget ${metadata.name} (disruptions allowed: ${disruptionsAllowed}; healthy: ${currentHealthy} of ${desiredHealthy} needed)`;
  });
  const several =
    own.length > 1 ? "; the API refuses to evict a pod that several budgets select: narrow the selector of one" : "";
  return `${each.join(", ")}${several}`;
}
