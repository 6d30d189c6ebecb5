import { formatDuration } from "../../components/lib/duration.ts";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PartialPool } from "./partial-pool.ts";
import type { HostBound } from "./schema.ts";

/**
 * How long the server of a worker may wait for its host; undefined: it does not wait. Who can see the hosts need not guess how
 * long they are cleaned.
 */
export function hostBound(
  { timeouts, cleaningAllowance }: Pick<PartialPool, "timeouts" | "cleaningAllowance">,
  hasInventory: boolean,
): HostBound | undefined {
  if (hasInventory) return timeouts?.host === undefined ? undefined : { name: "timeouts.host", seconds: timeouts.host };
  return cleaningAllowance === undefined ? undefined : { name: "cleaningAllowance", seconds: cleaningAllowance };
}

/** A wait that is longer than its bound would fail each time. */
export function allowanceDiagnostics(path: string, { timeouts, cleaningAllowance }: PartialPool): Diagnostic[] {
  if (cleaningAllowance === undefined || timeouts?.host === undefined || cleaningAllowance <= timeouts.host) return [];
  return [
    configDiagnostic({
      path: `${path}.cleaningAllowance`,
      problem: formatDuration(cleaningAllowance),
      expected: `at most timeouts.host (${formatDuration(timeouts.host)}), which bounds the wait`,
      remedy: "lower it, or raise timeouts.host",
    }),
  ];
}
