import { workerName } from "../../../components/ports/names.ts";
import type { Config } from "../../config/load.ts";
import { numberOf } from "../../config/numbers.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

const removeDiagnostic = diagnosticOf("remove");

/** Whether the Nodes to remove are of this cluster: only its infraID was not known when the config was read. */
export function removeDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap(({ name, remove }) =>
    remove.flatMap((node, i) => {
      const number = numberOf(name, node);
      const wanted = number === undefined ? undefined : workerName(cluster.infraId, name, number);
      if (wanted === undefined || node === wanted) return [];
      return removeDiagnostic({
        path: `${poolPath(name)}.remove[${i}]`,
        problem: `the cluster's infraID is ${cluster.infraId}: the pool has no Node "${node}"`,
        expected: "the name of a Node of this pool",
        remedy: `write ${wanted} instead`,
      });
    }),
  );
}
