import type { NodeObject } from "../../kubernetes/types.ts";

/** Lines of a list in an error, so that a node full of pods does not bury the rest. */
export const longest = 20;

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
export function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > longest ? [`and ${lines.length - longest} more`] : [];
  return [`${title}:`, ...[...lines.slice(0, longest), ...more].map((line) => `  - ${line}`)];
}
