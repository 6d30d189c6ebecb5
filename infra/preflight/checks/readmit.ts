import type { Config } from "../../config/load.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { unknownNodes } from "./node-of-pool.ts";

const readmitDiagnostic = diagnosticOf("readmit");

/** Whether the Nodes that may have another client key exist: with a misspelled name, the machine would stay outside. */
export function readmitDiagnostics(
  { pools }: Pick<Config, "pools">,
  facts: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) =>
    unknownNodes(pool, facts, { key: "readmit", listed: pool.readmit, diagnostic: readmitDiagnostic }),
  );
}
