import type { Config } from "../config/load.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What the program does when its cluster does not respond at all. The plugin decides again for each deletion, by the same policy. */

type Policy = Pick<Config, "detach" | "pools">;

/** Only a stack that keeps no worker can do without the cluster, which is where names and addresses come from. */
export function canSkipCluster({ detach, pools }: Policy): boolean {
  return detach.clusterUnreachable === "skip" && pools.length === 0;
}

/** The error for a cluster that does not respond, with the remedy that this config allows. */
export function unreachableDiagnostic(diagnostic: Diagnostic, { detach, pools }: Policy): Diagnostic {
  const way = [
    ...(detach.clusterUnreachable === "skip" ? [] : ["detach.clusterUnreachable: skip"]),
    ...(pools.length === 0 ? [] : ["pools: []"]),
  ].join(" and ");
  const lacking =
    detach.clusterUnreachable === "skip"
      ? "; detach.clusterUnreachable: skip serves only to detach everything, and pools are configured"
      : "";
  return {
    ...diagnostic,
    problem: `${diagnostic.problem}${lacking}`,
    remedy:
      `${diagnostic.remedy}. Only if the cluster is gone for good: set ${way} and run \`pulumi up\`. It deletes the ` +
      "servers of the workers, and their workloads are not drained",
  };
}

/** The warning when the cluster is skipped. */
export function skippedClusterWarning({ message }: Error): string {
  return (
    `${message}. pools is empty and detach.clusterUnreachable is "skip": the workers' servers are removed, and what they ` +
    "are in the cluster is given up, once the API server has given no answer for a minute."
  );
}
