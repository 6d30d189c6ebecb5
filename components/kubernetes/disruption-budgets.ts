import type { LabelSelector, PodDisruptionBudgetObject, PodObject } from "./types.ts";

/** Which disruption budgets protect a pod. Pure. */

/**
 * Whether a label selector matches, by the rules of a PodDisruptionBudget (policy/v1): no selector matches nothing, an
 * empty one every pod of the namespace, and one that the API server cannot read nothing (kubernetes,
 * apimachinery meta/v1/helpers.go LabelSelectorAsSelector; registry/core/pod/storage/eviction.go).
 */
export function matches(
  selector: LabelSelector | null | undefined,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  if (selector === undefined || selector === null) return false;
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return exact && (selector.matchExpressions ?? []).every((it) => expressionMatches(it, labels));
}

function expressionMatches(
  { key, operator, values }: NonNullable<LabelSelector["matchExpressions"]>[number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const named = values ?? [];
  switch (operator) {
    case "In":
      return value !== undefined && named.includes(value);
    case "NotIn":
      return named.length > 0 && (value === undefined || !named.includes(value));
    case "Exists":
      return named.length === 0 && value !== undefined;
    case "DoesNotExist":
      return named.length === 0 && value === undefined;
    default:
      return false;
  }
}

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
