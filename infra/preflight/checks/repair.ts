import type { Config } from "../../config/load.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { unknownNodes } from "./node-of-pool.ts";

const repairDiagnostic = diagnosticOf("repair");

/** Whether the Nodes to repair exist: with a misspelled name, the broken worker would stay. */
export function repairDiagnostics(
  { pools }: Pick<Config, "pools">,
  facts: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) =>
    unknownNodes(pool, facts, { key: "repair", listed: pool.repair, diagnostic: repairDiagnostic }),
  );
}
