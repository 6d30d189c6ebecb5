import { describeLocalVolume, localVolumeRemedies } from "../../../components/kubernetes/local-volumes.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { LocalData, NodeFacts, PreflightFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "../changes/plan.ts";
import { poolOfName } from "../pool-of-name.ts";

const localVolumes = diagnosticOf("local-volumes");

/** The Nodes of the workers whose servers go. */
export function leavingNodes(
  changes: readonly PlannedChange[],
  { nodes }: Pick<PreflightFacts["cluster"], "nodes">,
): NodeFacts[] {
  const leaving = new Set(
    changes
      .filter(({ verdict }) => verdict === "replace, drained" || verdict === "detach, drained")
      .map((it) => it.worker),
  );
  return nodes.filter(({ name }) => leaving.has(name));
}

function diagnose({ worker, volumes, pods }: LocalData, pool: PoolConfig | undefined): Diagnostic {
  const path = pool ? poolPath(pool.name) : "pools";
  const lost = volumes.map((volume) => describeLocalVolume(volume, pods)).join("; ");
  const given = pool?.drain.localVolumes === "lose";
  return localVolumes({
    path: pool ? `${path}.drain.localVolumes` : path,
    problem: given
      ? `${worker} leaves, and with its machine end: ${lost}`
      : `${worker} is to leave, but with its machine would end: ${lost}`,
    expected: given ? "data that nobody needs any more" : "no data on the disks of a machine that leaves",
    remedy: given
      ? "if it is needed, stop here, and move or copy it first"
      : pool
        ? `${localVolumeRemedies(volumes, pods, path).join("; ")}, and \`pulumi up\` once before the worker leaves`
        : `${localVolumeRemedies(volumes, pods, path)[0] ?? ""}; the drain refuses, unless drain.localVolumes was lose in the last \`pulumi up\``,
    ...((given || !pool) && { warning: true as const }),
  });
}

/** Data on the disks of machines whose servers go: it ends with them, and no drain saves it. */
export function localVolumeDiagnostics(
  config: Pick<Config, "pools">,
  { cluster, localData }: Pick<PreflightFacts, "cluster" | "localData">,
): Diagnostic[] {
  return (localData?.value ?? []).map((data) => diagnose(data, poolOfName(data.worker, config, cluster.infraId)));
}
