import { secondsSince } from "../../components/lib/duration.ts";
import type { PoolConfig } from "../config/load.ts";
import type { NodeFacts } from "../discovery/facts.ts";

type Seen = Pick<NodeFacts, "ready" | "since" | "created" | "updating">;

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

/** The same seconds, if they are more than its pool allows. */
export function notReadyTooLong(
  node: Seen,
  pool: Pick<PoolConfig, "health" | "timeouts">,
  now: number,
): number | undefined {
  const elapsed = notReadyFor(node, now);
  return elapsed === undefined || elapsed < allowedNotReady(node, pool) ? undefined : elapsed;
}
