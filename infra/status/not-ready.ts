import { humanDuration } from "../../components/lib/duration.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import { type PoolWorker, secondsSince } from "./observation.ts";

/**
 * For how long a Node has been other than Ready, and why, if that is longer than its pool allows, e.g. `NotReady for 12m:
 * Kubelet stopped posting node status.`
 */
export function notReady(
  { ready, since, created, message, updating }: NodeStatus,
  { pool }: PoolWorker,
  now: number,
): string | undefined {
  if (ready === "True") return undefined;
  const elapsed = secondsSince(since ?? created, now);
  const { health, timeouts } = pool;
  // the machine-config operator reboots what it updates, which takes as long as any boot of the machine
  const allowed = updating ? Math.max(health.notReadyAfter, timeouts.boot) : health.notReadyAfter;
  if (elapsed < allowed) return undefined;
  return `NotReady for ${humanDuration(elapsed)}${message === "" ? "" : `: ${message}`}`;
}
