import type { LabelSelector } from "./types.ts";

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
