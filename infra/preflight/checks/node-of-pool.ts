import { suggest } from "../../../components/lib/suggest.ts";
import type { PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { workersOf } from "../../config/workers.ts";
import type { Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

/**
 * An error for each name in a list of a pool that none of its Nodes has: a misspelled one would have no effect.
 *
 * @param key of the list within the pool, e.g. `rollout.ignore`
 */
export function unknownNodes(
  pool: PoolConfig,
  { cluster }: Pick<PreflightFacts, "cluster">,
  { key, listed, diagnostic }: { key: string; listed: readonly string[]; diagnostic: ReturnType<typeof diagnosticOf> },
): Diagnostic[] {
  const names = workersOf(pool, cluster.infraId).map(({ name }) => name);
  return listed.flatMap((name, i) => {
    if (names.includes(name)) return [];
    // a removed worker has neighbours of nearly the same name, which are not meant
    const suggestion = pool.remove.includes(name) ? undefined : suggest(name, names);
    return diagnostic({
      path: `${poolPath(pool.name)}.${key}[${i}]`,
      problem: `the pool has no Node "${name}"`,
      expected: "the name of a Node of this pool",
      remedy: suggestion === undefined ? "remove it" : `write ${suggestion} instead`,
    });
  });
}
