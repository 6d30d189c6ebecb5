import type { NodeObject } from "../../kubernetes/types.ts";
import type { PhaseTimeout } from "./phases.ts";

/** Lines of a list in an error, so that a node full of pods does not bury the rest. */
export const longest = 20;

/** A fault that the user can act on: its message stands for itself, without a stack. */
export class Refusal extends Error {}

/** A duration as a person says it: `45s`, `2m30s`, `1h5m`. */
export function seconds(value: number): string {
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole}s`;
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole < 3600 ? whole % 60 : 0, "s"],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("");
}

/** What ended a phase, and the key that sets it. */
export function ending({ phase, capped, elapsed, verb }: PhaseTimeout): string {
  if (capped) return `not done after ${seconds(elapsed)}, ended by the resource's customTimeouts.${verb}`;
  return `not done within ${seconds(phase.bound.seconds)} (${phase.bound.key})`;
}

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
