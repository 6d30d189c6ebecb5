import * as pulumi from "@pulumi/pulumi";
import { ownTerms, sumOf, type Term } from "../components/ignition/url-lifetime.ts";
import { UserError } from "../components/lib/errors.ts";
import { existingObjects } from "../components/openstack/existing.ts";
import { WorkerPool, type WorkerPoolArgs } from "../components/worker-pool.ts";
import type { Config } from "./config/load.ts";
import { DiagnosticError } from "./diagnostics/error.ts";
import { readMachineConfigPools, readNodes } from "./discovery/cluster/read.ts";
import type { Discovery } from "./discovery/discover.ts";
import { poolSpec } from "./pool-spec.ts";

/** What is read while workers are declared: an error then must not say that nothing was changed, as one at the start does. */
async function meanwhile<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const reasons = error.diagnostics.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}`);
    throw new UserError(`${reasons.join("; ")}; then repeat the command`, { cause: error });
  }
}

/** Reads the MachineConfigPools. That they cannot be read is said once: by what was discovered, or here. */
export function machineConfigPoolsOf(
  cluster: Config["cluster"],
  discovered: Discovery["cluster"]["machineConfigPools"],
): WorkerPoolArgs["currentMachineConfigPools"] {
  let unread = discovered.error !== undefined;
  return async () => {
    if (unread) return [];
    const { value, error } = await meanwhile(readMachineConfigPools(cluster));
    if (value !== undefined) return value;
    unread = true;
    await pulumi.log.info(
      `the MachineConfigPools can no longer be read (${error}): whether the machine-config operator updates Nodes during the rollout is not known`,
    );
    return [];
  };
}

/** Reads the Nodes while workers are declared. */
export const currentNodesOf =
  (cluster: Config["cluster"]): WorkerPoolArgs["currentNodes"] =>
  () =>
    meanwhile(readNodes(cluster));

/** What the cloud shows of the changes that the config asks for. */
type Edits = Pick<WorkerPoolArgs, "replaced" | "editedPorts" | "inCloud">;

/**
 * Declares the pools, and what they look up while their workers are declared.
 *
 * @param queued what may pass before a worker has its turn
 */
export function declarePools(
  { cluster, pools }: Config,
  discovery: Discovery,
  edits: Edits,
  queued: readonly Term[],
  providers: pulumi.ProviderResource[],
): WorkerPool[] {
  const lookups = {
    existing: existingObjects(discovery.client),
    currentNodes: currentNodesOf(cluster),
    currentMachineConfigPools: machineConfigPoolsOf(cluster, discovery.cluster.machineConfigPools),
  };
  return pools.map((pool, i) => {
    const spec = poolSpec(pool, i, discovery, discovery);
    const urlLifetime = pool.ignition.urlLifetime ?? sumOf([...ownTerms(pool), ...queued]);
    return new WorkerPool(pool.name, { ...spec, ...lookups, ...edits, urlLifetime }, { providers });
  });
}
