import type { Config } from "../config/load.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What the program does if its cluster is unreachable. The plugin decides again for each deletion, by the same policy. */

type Policy = Pick<Config, "detach" | "pools">;

/** Only a stack without workers can skip the cluster, which is the source of names and addresses. */
export function canSkipCluster({ detach, pools }: Policy): boolean {
  return detach.clusterUnreachable === "skip" && pools.length === 0;
}

/** The error for a cluster that does not respond, with the remedy that this config allows. */
export function unreachableDiagnostic(diagnostic: Diagnostic, { detach, pools }: Policy): Diagnostic {
  const settings = [
    ...(detach.clusterUnreachable === "skip" ? [] : ["detach.clusterUnreachable: skip"]),
    ...(pools.length === 0 ? [] : ["pools: []"]),
  ].join(" and ");
  const notSkipped =
    detach.clusterUnreachable === "skip"
      ? "; detach.clusterUnreachable: skip works only with an empty list of pools, and pools are configured"
      : "";
  return {
    ...diagnostic,
    problem: `${diagnostic.problem}${notSkipped}`,
    remedy:
      `${diagnostic.remedy}. Only if the cluster is gone for good: set ${settings} and run \`pulumi up\`. It deletes the ` +
      "servers of the workers without draining their pods",
  };
}

/** The warning when the cluster is skipped. */
export function skippedClusterWarning({ message }: Error): string {
  return (
    `${message}. pools is empty and detach.clusterUnreachable is "skip": once the API server has been unreachable for a ` +
    "minute, the workers' servers are deleted, and their Nodes are left as they are."
  );
}
