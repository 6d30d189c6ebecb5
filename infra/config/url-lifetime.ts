import { type OwnBounds, ownTerms, renderSum, sumOf, type Term } from "../../components/ignition/url-lifetime.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { hostBound } from "./host-bound.ts";
import type { PartialPool } from "./partial-pool.ts";

/**
 * The error of a lifetime below the sum of what may pass until a machine fetches its config.
 *
 * @param pool its path
 * @param remedy besides another lifetime
 */
export function shortLifetime(pool: string, lifetime: number, terms: readonly Term[], remedy: string): Diagnostic[] {
  const least = sumOf(terms);
  if (lifetime >= least) return [];
  return [
    configDiagnostic({
      path: `${pool}.ignition.urlLifetime`,
      problem: formatDuration(lifetime),
      expected: `at least ${renderSum(terms)}: a machine may fetch its config that late, and is refused for good afterwards`,
      remedy: `remove it, then it is computed; or set it to ${formatDuration(least)} or more, or ${remedy}`,
    }),
  ];
}

/** The bounds of a pool, undefined if one of them is not valid. */
function boundsOf(pool: PartialPool, hasInventory: boolean): OwnBounds | undefined {
  const { timeouts, drain } = pool;
  const { provision, boot, delete: deletion } = timeouts ?? {};
  const { timeout, onTimeout } = drain ?? {};
  if (provision === undefined || boot === undefined || deletion === undefined) return undefined;
  if (timeout === undefined || onTimeout === undefined) return undefined;
  return {
    timeouts: { provision, boot, delete: deletion },
    drain: { timeout, onTimeout },
    hostBound: hostBound(pool, hasInventory),
  };
}

/** The error of a lifetime that is too short whatever else is attached: what queues is known later, by the facts. */
export function ownLifetimeDiagnostics(path: string, pool: PartialPool, hasInventory: boolean): Diagnostic[] {
  const lifetime = pool.ignition?.urlLifetime;
  const bounds = boundsOf(pool, hasInventory);
  // without a signed URL, there is nothing that expires
  if (lifetime === undefined || bounds === undefined || pool.ignition?.delivery === "inline") return [];
  return shortLifetime(path, lifetime, ownTerms(bounds), "lower those bounds");
}
