import { maxNameLength } from "../../../components/ports/names.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

const nodeNameDiagnostic = diagnosticOf("node-name");

/** Whether the names of the workers are short enough for a Node: one diagnostic per pool, about its longest name. */
export function nodeNameDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) => {
    const names = workersOf(pool, cluster.infraId).map(({ name }) => name);
    const longest = names.toSorted((a, b) => a.length - b.length).at(-1) ?? "";
    const excess = longest.length - maxNameLength;
    if (excess <= 0) return [];
    return nodeNameDiagnostic({
      path: `${poolPath(pool.name)}.name`,
      problem: `the worker's name ${longest} has ${longest.length} characters`,
      expected: `at most ${maxNameLength} characters`,
      remedy: `shorten the pool's name${pool.workers ? " or the worker's" : ""} by ${excess} characters or more`,
    });
  });
}
