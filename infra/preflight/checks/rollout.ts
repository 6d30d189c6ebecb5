import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

const rolloutDiagnostic = diagnosticOf("rollout");

/** Whether the Nodes to ignore exist: with a misspelled name, the rollout would wait for the intended Node. */
export function rolloutDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) => {
    const names = workersOf(pool, cluster.infraId).map(({ name }) => name);
    return pool.rollout.ignore.flatMap((name, i) => {
      if (names.includes(name)) return [];
      const suggestion = suggest(name, names);
      return rolloutDiagnostic({
        path: `${poolPath(pool.name)}.rollout.ignore[${i}]`,
        problem: `the pool has no Node "${name}"`,
        expected: "the name of a Node of this pool",
        remedy: suggestion === undefined ? "remove it" : `write ${suggestion} instead`,
      });
    });
  });
}
