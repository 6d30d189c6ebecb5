import type { NodeObject } from "../../kubernetes/types.ts";

/** Longest list in an error: a node full of pods must not bury the rest. */
export const longestList = 20;

/** The message of an operation that the engine cancelled. */
export function cancelled(node: string, phase: string, kept: string): string {
  return `node ${node}: cancelled in phase "${phase}". ${kept}`;
}

export function describeNode(node: NodeObject | undefined, name: string): string {
  if (!node) return `no Node ${name}`;
  const conditions = (node.status?.conditions ?? []).map((it) => `${it.type}=${it.status}`).join(", ");
  const addresses = (node.status?.addresses ?? []).map((it) => `${it.type} ${it.address}`).join(", ");
  return `Node ${name}: conditions ${conditions || "none"}; addresses ${addresses || "none"}; providerID ${node.spec.providerID ?? "none"}`;
}

/** A titled list as lines of a message, cut when it is long. */
export function listSection(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > longestList ? [`and ${lines.length - longestList} more`] : [];
  return [`${title}:`, ...[...lines.slice(0, longestList), ...more].map((line) => `  - ${line}`)];
}
