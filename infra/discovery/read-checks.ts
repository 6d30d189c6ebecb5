import { containerName } from "../../components/ignition/payload.ts";
import type { Config } from "../config/load.ts";
import { readCloudChecks } from "./cloud/inventory.ts";
import { readClusterChecks } from "./cluster/access-review.ts";
import { readMachineConfig } from "./cluster/machine-config-server.ts";
import type { PreflightFacts } from "./facts.ts";
import type { Facts } from "./read.ts";

/** Adds the facts that only the checks need; cloud and cluster are read concurrently. */
export async function readChecks(
  config: Pick<Config, "pools">,
  { cluster, cloud, objectStore, client, api }: Facts,
  owner: string,
  signal: AbortSignal,
): Promise<PreflightFacts> {
  const containers = config.pools.map(({ name }) => containerName(cluster.infraId, name, owner));
  const [ofCloud, ofCluster, machineConfig] = await Promise.all([
    readCloudChecks(client, { infraId: cluster.infraId, cloud, objectStore, containers }, signal),
    readClusterChecks(api, signal),
    readMachineConfig(config, { cluster, cloud }, signal),
  ]);
  // Keystone lists them in no fixed order
  const roles = client.token.roles.map(({ name }) => name).toSorted();
  return { cluster, cloud, objectStore, owner, roles, checks: { ...ofCloud, ...ofCluster, machineConfig } };
}
