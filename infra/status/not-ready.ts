import { humanDuration } from "../../components/lib/duration.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import { notReadyTooLong } from "../preflight/not-ready.ts";
import type { PoolWorker } from "./observation.ts";

/**
 * For how long a Node has been other than Ready, and why, if that is longer than its pool allows, e.g. `NotReady for 12m:
 * Kubelet stopped posting node status.`
 */
export function notReady(node: NodeStatus, { pool }: PoolWorker, now: number): string | undefined {
  const elapsed = notReadyTooLong(node, pool, now);
  if (elapsed === undefined) return undefined;
  const { message = "" } = node;
  return `NotReady for ${humanDuration(elapsed)}${message === "" ? "" : `: ${message}`}`;
}
