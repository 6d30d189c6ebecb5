import type { Config } from "../config/load.ts";
import type { Discovery } from "../discovery/discover.ts";
import type { SkippedCluster } from "../discovery/read.ts";
import { renderDiscovery } from "../discovery/summary.ts";
import type { ExpectedDuration } from "../preflight/changes/expected-duration.ts";
import type { Impact } from "../preflight/changes/impact.ts";
import { renderPlannedChanges } from "../preflight/changes/plan.ts";
import type { Evaluation } from "../preflight/index.ts";
import { noPlan, planOf } from "../preflight/plan.ts";
import { endWith } from "./end-with.ts";
import type { Report } from "./report.ts";

/** Everything that the program knows before it declares any resource. */
export interface Prepared {
  readonly config: Config;
  readonly discovery: Discovery | SkippedCluster;
  readonly evaluation: Evaluation;
  readonly impact: Impact;
  readonly expected?: ExpectedDuration | undefined;
}

export function reportOf({
  config,
  discovery,
  evaluation: { diagnostics, changes },
  impact,
  expected,
}: Prepared): Report {
  return {
    discovered: discovery.cluster ? renderDiscovery(config, discovery) : "",
    diagnostics,
    evaluated: discovery.cluster !== undefined,
    skipped: config.preflight.skip,
    changes: renderPlannedChanges(changes),
    plan: discovery.cluster ? planOf(config, discovery.cluster, changes, impact, expected) : noPlan,
  };
}

/** Writes the report into the file, and ends the program. */
export const writeReport = (file: string, evaluate: () => Promise<Report>): Promise<never> =>
  endWith(file, "the report is", evaluate, (diagnostics) => ({
    discovered: "",
    diagnostics,
    evaluated: false,
    skipped: [],
    changes: [],
    plan: noPlan,
  }));
