import type { Config } from "../config/load.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What a program does whose cluster gives no answer at all. The plugin judges each deletion again, by the same policy. */

type Policy = Pick<Config, "detach" | "pools">;

/** Only a stack of which nothing is to stay can do without the cluster: its names and addresses come from there. */
export function canSkipCluster({ detach, pools }: Policy): boolean {
  return detach.clusterUnreachable === "skip" && pools.length === 0;
}

/** The error of a cluster that does not answer, with the way out that this config leaves. */
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

/** What is said when the cluster is given up. */
export function skippedClusterWarning({ message }: Error): string {
  return (
    `${message}. pools is empty and detach.clusterUnreachable is "skip": the workers' servers are removed, and what they ` +
    "are in the cluster is given up, once the API server has given no answer for a minute."
  );
}
