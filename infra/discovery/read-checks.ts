import { containerName } from "../../components/ignition/payload.ts";
import { storedPools } from "../config/ignition-delivery.ts";
import type { Config } from "../config/load.ts";
import { readCloudChecks } from "./cloud/inventory.ts";
import { readClusterChecks } from "./cluster/access-review.ts";
import { readMachineConfig } from "./cluster/machine-config-server.ts";
import type { PreflightFacts } from "./facts.ts";
import type { Facts } from "./read.ts";

/** Adds the facts that only the checks need; cloud and cluster are read concurrently. */
export async function readChecks(
  config: Pick<Config, "pools" | "formerOwners" | "temporaryUrlKey" | "manageAccountKey">,
  { cluster, cloud, objectStore, client, api }: Facts,
  owner: string,
  signal: AbortSignal,
): Promise<PreflightFacts> {
  // a container keeps the name that it got from a former owner
  const owners = [owner, ...config.formerOwners];
  const stored = storedPools(config.pools);
  const containers = stored.flatMap(({ name }) => owners.map((each) => containerName(cluster.infraId, name, each)));
  const zones = config.pools.some(
    ({ workers = [], availabilityZones }) =>
      availabilityZones !== undefined || workers.some((worker) => worker.availabilityZone !== undefined),
  );
  const [ofCloud, ofCluster, machineConfig] = await Promise.all([
    readCloudChecks(
      client,
      {
        infraId: cluster.infraId,
        cloud,
        objectStore: stored.length > 0 ? objectStore : undefined,
        containers,
        temporaryUrlKey: config.temporaryUrlKey,
        manageAccountKey: config.manageAccountKey,
        zones,
        serverGroups: config.pools.some(({ serverGroup }) => serverGroup !== undefined),
      },
      signal,
    ),
    readClusterChecks(api, signal),
    readMachineConfig(config, { cluster, cloud }, signal),
  ]);
  // Keystone lists them in no fixed order
  const roles = client.token.roles.map(({ name }) => name).toSorted();
  const { formerOwners } = config;
  return {
    cluster,
    cloud,
    objectStore,
    owner,
    formerOwners,
    roles,
    region: client.region,
    checks: { ...ofCloud, ...ofCluster, machineConfig },
  };
}
