import { longest, section } from "../operation/messages.ts";
import type { PhaseTimeout } from "../operation/phases.ts";
import { timeoutCause } from "../operation/phases.ts";
import type { Remaining } from "./evictions.ts";
import { controllerOf, podName } from "./policy.ts";

/** What a drain that failed has to tell. */
export interface Standstill {
  node: string;
  cordoned: boolean;
  /** a line for each pod or volume in the way */
  pods: readonly string[];
  /** the settings to look at */
  keys: readonly string[];
}

/** The message of a drain that its policy forbids, or that ran out of time. */
export function drainBlocked(reason: string, { node, cordoned, pods, keys }: Standstill): string {
  const kept = cordoned
    ? "Its server is untouched, and the node stays cordoned."
    : "Its server is untouched; nothing was evicted, and whether the node is cordoned is not known.";
  return [
    `node ${node}: ${reason}. ${kept}`,
    ...section("In the way", pods),
    ...section("To change", keys),
    "The same command goes on from here, with the same settings: a detach goes by those of the worker's last `pulumi up`. " +
      "To change them, put the worker back in the config, run `pulumi up` with the new values (it uncordons the node), " +
      "then detach it.",
  ].join("\n");
}

export function drainTimeout(timeout: PhaseTimeout, standstill: Standstill): string {
  const keys = [`the bound: ${timeout.phase.bound.key}`, ...standstill.keys];
  return drainBlocked(`phase "${timeout.phase.name}" ${timeoutCause(timeout)}`, { ...standstill, keys });
}

export function describePod({ pod, why }: Remaining): string {
  const controller = controllerOf(pod);
  const owner = controller ? `${controller.kind} ${controller.name}` : "no controller";
  return `pod ${podName(pod)} (${owner}): ${why}`;
}

/** A list that an error shows whole: what is beyond its length is at least named. */
export function shortened(lines: readonly string[], pods: readonly Remaining[]): string[] {
  const most = longest - 2;
  if (lines.length <= most) return [...lines];
  const others = pods.slice(most).map(({ pod }) => podName(pod));
  return [...lines.slice(0, most), `and ${others.length} more: ${others.join(", ")}`];
}
