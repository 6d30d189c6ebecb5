import type { Config } from "../../config/load.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { unknownNodes } from "./node-of-pool.ts";

const rolloutDiagnostic = diagnosticOf("rollout");

/** Whether the Nodes to ignore exist: with a misspelled name, the rollout would wait for the intended Node. */
export function rolloutDiagnostics(
  { pools }: Pick<Config, "pools">,
  facts: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) =>
    unknownNodes(pool, facts, { key: "rollout.ignore", listed: pool.rollout.ignore, diagnostic: rolloutDiagnostic }),
  );
}
