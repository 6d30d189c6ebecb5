import { humanDuration } from "../../components/lib/duration.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import { type PoolWorker, secondsSince } from "./observation.ts";

/**
 * For how long a Node has been other than Ready, and why, if that is longer than its pool allows, e.g. `NotReady for 12m:
 * Kubelet stopped posting node status.`
 */
export function notReady(
  { ready, since, created, message }: NodeStatus,
  { pool }: PoolWorker,
  now: number,
): string | undefined {
  if (ready === "True") return undefined;
  const elapsed = secondsSince(since ?? created, now);
  if (elapsed < pool.health.notReadyAfter) return undefined;
  return `NotReady for ${humanDuration(elapsed)}${message === "" ? "" : `: ${message}`}`;
}
