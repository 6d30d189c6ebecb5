import type { Config } from "../../config/load.ts";
import type { PlainFacts } from "../../discovery/facts.ts";
import { capacityLines } from "./capacity-lines.ts";
import { type DrainImpact, drainImpacts, type Load } from "./drain-impact.ts";
import { drainLines } from "./drain-lines.ts";
import type { PlannedChange } from "./plan.ts";

/** What an update costs the cluster's pods. It is for whoever reviews the update, and forbids nothing. */
export interface Impact {
  /** one for each worker that leaves */
  readonly drains: readonly DrainImpact[];
  /** the same and the capacity that goes, a line each */
  readonly lines: readonly string[];
}

/** Of an update in which no Node leaves. */
export const noImpact: Impact = { drains: [], lines: [] };

/** @param leaving names of the Nodes of the workers that leave */
export function impactOf(
  config: Pick<Config, "pools">,
  cluster: PlainFacts["cluster"],
  changes: readonly PlannedChange[],
  leaving: readonly string[],
  load: Load,
): Impact {
  if (leaving.length === 0) return noImpact;
  const drains = drainImpacts(config, cluster.infraId, leaving, load);
  return { drains, lines: [...drainLines(drains, load), ...capacityLines(config, cluster, changes)] };
}
