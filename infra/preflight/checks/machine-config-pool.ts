import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

const machineConfigPoolDiagnostic = diagnosticOf("machine-config-pool");

/** Whether the cluster has the MachineConfigPools of the pools, if they can be read. */
export function machineConfigPoolDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  if (cluster.machineConfigPools.value === undefined) return [];
  const machineConfigPools = cluster.machineConfigPools.value.map(({ name }) => name);
  return pools.flatMap(({ name: pool, ignition: { machineConfigPool: name } }) => {
    if (machineConfigPools.includes(name)) return [];
    const suggestion = suggest(name, machineConfigPools);
    return machineConfigPoolDiagnostic({
      path: `${poolPath(pool)}.ignition.machineConfigPool`,
      problem: `the cluster has no MachineConfigPool "${name}"`,
      expected: `one of ${machineConfigPools.join(", ")}: a machine of an unknown pool retries indefinitely`,
      remedy: suggestion ? `write ${suggestion} instead` : "correct the name, or create the MachineConfigPool",
    });
  });
}
