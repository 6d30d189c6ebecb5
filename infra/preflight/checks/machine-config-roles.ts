import { customPools, type MachineConfigPool, managingPool } from "../../../components/rollout/machine-config.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";

const roleDiagnostic = diagnosticOf("machine-config-pool");

/** The label that every kubelet of a worker registers with (openshift/machine-config-operator, templates/worker). */
export const workerRole = { "node-role.kubernetes.io/worker": "" };

/** The labels that a pool's selector asks for, as YAML; undefined: it asks for more than equal values. */
function labelsOf({ nodeSelector: { matchLabels, matchExpressions } }: MachineConfigPool): string | undefined {
  if (matchExpressions.length > 0) return undefined;
  return `labels: { ${Object.entries(matchLabels)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}

/** The key that stays, and both keys as they belong together. */
function remedyOf(path: string, boot: MachineConfigPool, managing: MachineConfigPool): string {
  if (boot.name === "worker")
    return `set both: ${path}.ignition.machineConfigPool: ${managing.name} beside these labels`;
  const labels = labelsOf(boot) ?? "the labels that its nodeSelector asks for";
  const both = `set both: machineConfigPool: ${boot.name} and ${labels}`;
  return `${both}; or, for the config of ${managing.name}, ${path}.ignition.machineConfigPool: ${managing.name}`;
}

function roles(
  pool: PoolConfig,
  worker: WantedWorker,
  pools: readonly MachineConfigPool[],
  isCreated: boolean,
): Diagnostic[] {
  const path = poolPath(pool.name);
  const labels = { ...workerRole, ...pool.labels, ...worker.labels };
  const ofPool = { ...workerRole, ...pool.labels };
  const custom = customPools(labels, pools);
  const isOwn = customPools(ofPool, pools).length !== custom.length;
  const at = `${isOwn ? worker.path : path}.labels`;
  if (custom.length > 1) {
    const names = custom.map(({ name }) => name).join(" and ");
    return [
      roleDiagnostic({
        path: at,
        problem: `the MachineConfigPools ${names} both select the Node`,
        expected:
          "one custom MachineConfigPool for a Node: of several the machine-config operator gives it none, and degrades",
        remedy: `keep the labels of one of them, and set ${path}.ignition.machineConfigPool to it`,
        ...(!isCreated && { warning: true }),
      }),
    ];
  }
  const boot = pools.find(({ name }) => name === pool.ignition.machineConfigPool);
  const managing = managingPool(labels, pools);
  if (!boot || !managing || boot === managing) return [];
  return [
    roleDiagnostic({
      path: boot.name === "worker" ? at : `${path}.ignition.machineConfigPool`,
      problem: `a worker boots with the config of MachineConfigPool ${boot.name}, but its labels are those of ${managing.name}`,
      expected:
        "one and the same: the machine-config operator gives the Node the other config, and reboots it after it has joined",
      remedy: remedyOf(path, boot, managing),
      warning: true,
    }),
  ];
}

/** Whether the labels of the workers and the MachineConfigPool that they boot with go together, once for each pool and case. */
export function machineConfigRoleDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster, checks }: Pick<PreflightFacts, "cluster" | "checks">,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const created = createdWorkers(changes);
  const areKnown = checks.servers.value !== undefined;
  const { value: existing = [] } = cluster.machineConfigPools;
  const found = pools.flatMap((pool) =>
    workersOf(pool, cluster.infraId).flatMap((worker) =>
      roles(pool, worker, existing, created.has(worker.name) || !areKnown),
    ),
  );
  return [...new Map(found.map((each) => [`${each.path} ${each.problem}`, each])).values()];
}
