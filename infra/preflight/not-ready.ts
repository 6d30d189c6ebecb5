import { humanDuration, secondsSince } from "../../components/lib/duration.ts";
import type { PoolConfig } from "../config/load.ts";
import type { NodeFacts } from "../discovery/facts.ts";

type Seen = Pick<NodeFacts, "ready" | "since" | "created" | "updating" | "message">;

/** Seconds for which a Node has been other than Ready; undefined: it is Ready, or that is not known. */
export function notReadyFor({ ready, since, created }: Seen, now: number): number | undefined {
  const from = since ?? created;
  return ready === "True" || from === undefined ? undefined : secondsSince(from, now);
}

/** How long a Node may be other than Ready: the machine-config operator reboots what it updates, as long as any boot takes. */
export const allowedNotReady = (
  { updating }: Pick<Seen, "updating">,
  { health, timeouts }: Pick<PoolConfig, "health" | "timeouts">,
): number => (updating ? Math.max(health.notReadyAfter, timeouts.boot) : health.notReadyAfter);

/**
 * For how long a Node has been other than Ready, and why, if that is longer than its pool allows, e.g. `NotReady for 12m:
 * Kubelet stopped posting node status.`
 */
export function notReady(node: Seen, pool: Pick<PoolConfig, "health" | "timeouts">, now: number): string | undefined {
  const elapsed = notReadyFor(node, now);
  if (elapsed === undefined || elapsed < allowedNotReady(node, pool)) return undefined;
  const { message = "" } = node;
  return `NotReady for ${humanDuration(elapsed)}${message === "" ? "" : `: ${message}`}`;
}
