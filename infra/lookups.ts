import { timeoutSignal } from "../components/lib/timer.ts";
import { CloudClient } from "../components/openstack/client.ts";
import { existingObjects } from "../components/openstack/existing.ts";
import type { WorkerPoolArgs } from "../components/worker-pool.ts";
import type { Config } from "./config/load.ts";
import { factsTimeout } from "./discovery/read.ts";
import { currentNodesOf, machineConfigPoolsOf } from "./pools.ts";

export type Lookups = Pick<WorkerPoolArgs, "existing" | "currentNodes" | "currentMachineConfigPools">;

/**
 * What a WorkerPool looks up while its workers are declared, for a program of one's own (docs/build-on.md).
 *
 * @param cloud entry of clouds.yaml
 * @param cluster how the API server is reached, as in a stack's config; default: as kubectl reaches it
 */
export async function lookups(cloud: string, cluster: Config["cluster"] = {}): Promise<Lookups> {
  const client = await CloudClient.login(cloud, timeoutSignal(factsTimeout * 1000));
  return {
    existing: existingObjects(client),
    currentNodes: currentNodesOf(cluster),
    currentMachineConfigPools: machineConfigPoolsOf(cluster, { value: [] }),
  };
}
