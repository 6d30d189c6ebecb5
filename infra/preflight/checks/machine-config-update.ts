import {
  decidingPools,
  describePaused,
  describeUpdate,
  type MachineConfigPool,
  managingPool,
  pausedPools,
  resumeCommand,
  updateRemedy,
  updatesBeside,
} from "../../../components/rollout/machine-config.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { NodeFacts, PreflightFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "../changes/plan.ts";
import { workerRole } from "./machine-config-roles.ts";

const updateDiagnostic = diagnosticOf("machine-config-update");

/** What a planned change does to the Nodes of a pool. */
interface Affected {
  readonly pool: PoolConfig;
  readonly path: string;
  /** the Nodes that are replaced */
  readonly replaced: readonly NodeFacts[];
  /** labels of the Nodes that are replaced or attached */
  readonly labels: readonly NodeFacts["labels"][];
}

function affected(
  pool: PoolConfig,
  nodes: ReadonlyMap<string, NodeFacts>,
  changes: readonly PlannedChange[],
): Affected {
  const path = poolPath(pool.name);
  const own = changes.filter(({ place }) => place?.pool === path);
  const replaced = own.filter(({ verdict }) => verdict === "replace, drained");
  const labelsOf = ({ worker, place }: PlannedChange): NodeFacts["labels"] =>
    nodes.get(worker)?.labels ?? { ...workerRole, ...pool.labels, ...place?.worker.labels };
  return {
    pool,
    path,
    replaced: replaced.flatMap(({ worker }) => nodes.get(worker) ?? []),
    labels: [...replaced, ...own.filter(({ verdict }) => verdict === "attach" || verdict === "replace")].map(labelsOf),
  };
}

/** Updates that would stop the rollout of a pool, and what may become one. */
function updates({ path, replaced }: Affected, nodes: readonly NodeFacts[], pools: readonly MachineConfigPool[]) {
  const leaving = replaced.filter(({ serving }) => serving);
  const beside = updatesBeside(leaving, nodes, pools);
  const managing = new Set(leaving.map(({ labels }) => managingPool(labels, pools)));
  const quiet = [...managing].filter((pool) => pool?.updating === true && !pool.paused);
  return [
    ...beside.map((update) =>
      updateDiagnostic({
        path: `${path}.rollout`,
        problem: `the machine-config operator updates ${describeUpdate(update)}`,
        expected: "no other rollout beside this one: `pulumi up` stops before it takes a serving worker out of service",
        remedy: updateRemedy([update]),
        warning: true,
      }),
    ),
    ...quiet.flatMap((pool) => {
      if (!pool || beside.some((update) => update.pool === pool)) return [];
      return updateDiagnostic({
        path: `${path}.rollout`,
        problem: `MachineConfigPool ${pool.name} is Updating, although no update takes its Nodes out of service now`,
        expected:
          "all its Nodes Ready and not cordoned, and no image being built: an update that begins stops `pulumi up`",
        remedy: `look at oc describe machineconfigpool/${pool.name}`,
        warning: true,
      });
    }),
  ];
}

function paused({ pool, path, labels }: Affected, pools: readonly MachineConfigPool[]): Diagnostic[] {
  if (labels.length === 0) return [];
  const boot = pool.ignition.machineConfigPool;
  const managing = labels.map((each) => managingPool(each, pools));
  return pausedPools(boot, managing, pools).map((each) =>
    updateDiagnostic({
      path: `${path}.ignition.machineConfigPool`,
      problem: describePaused(each, boot),
      expected: "a pool that is not paused, so that a new machine gets the config of all others",
      remedy: `resume it after the rollout, or before: ${resumeCommand(each)}`,
      warning: true,
    }),
  );
}

function degraded({ pool, path, labels }: Affected, pools: readonly MachineConfigPool[]): Diagnostic[] {
  if (labels.length === 0) return [];
  const managing = labels.map((each) => managingPool(each, pools));
  return decidingPools(pool.ignition.machineConfigPool, managing, pools).flatMap(({ name, degraded: reason }) =>
    reason === undefined
      ? []
      : updateDiagnostic({
          path: `${path}.ignition.machineConfigPool`,
          problem: `MachineConfigPool ${name} is degraded: ${reason}`,
          expected:
            "a pool that is not degraded: a new machine may boot with an old config, or fail as its other Nodes do",
          remedy: `mend it first: oc describe machineconfigpool/${name}`,
          warning: true,
        }),
  );
}

/** Whether the machine-config operator updates Nodes that this update replaces, or is held back from those that it adds. */
export function machineConfigUpdateDiagnostics(
  config: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const { value: pools = [] } = cluster.machineConfigPools;
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]));
  return config.pools.flatMap((pool) => {
    const own = affected(pool, nodes, changes);
    return [...updates(own, cluster.nodes, pools), ...paused(own, pools), ...degraded(own, pools)];
  });
}
