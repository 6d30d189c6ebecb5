import * as pulumi from "@pulumi/pulumi";
import { AccountKey } from "../components/account-key.ts";
import type { HostWait } from "../components/hosts/await-host.ts";
import { HostGate } from "../components/hosts/gate.ts";
import { urlDigestFor } from "../components/ignition/temp-url.ts";
import { ownTerms, sumOf, type Term } from "../components/ignition/url-lifetime.ts";
import { UserError } from "../components/lib/errors.ts";
import { timeoutSignal } from "../components/lib/timer.ts";
import { existingObjects } from "../components/openstack/existing.ts";
import { WorkerPool, type WorkerPoolArgs } from "../components/worker-pool.ts";
import { storedPools } from "./config/ignition-delivery.ts";
import type { Config, PoolConfig } from "./config/load.ts";
import { DiagnosticError } from "./diagnostics/error.ts";
import { readMachineConfigPools, readNodes } from "./discovery/cluster/read.ts";
import type { Discovery } from "./discovery/discover.ts";
import type { PoolFacts } from "./discovery/facts.ts";
import { classOf, resourceClasses } from "./discovery/resource-classes.ts";
import { groupHint } from "./discovery/server-groups.ts";
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

/** Seconds that a look at all hosts may take. */
const hostsTimeout = 30;

/** What lets servers be created as hosts are free for them, for all pools together; undefined: nobody sees the hosts. */
function hostGateOf({ inventory, client, cloud }: Discovery): HostGate | undefined {
  if (!inventory) return undefined;
  const classes = resourceClasses(cloud);
  return new HostGate({
    hosts: () => inventory.hosts(classes, timeoutSignal(hostsTimeout * 1000)),
    existing: existingObjects(client),
  });
}

/** What the servers of a pool wait for. A flavor that is of no class of machines has been reported (check `flavor`). */
function hostWaitOf(
  { hostBound }: Pick<PoolConfig, "hostBound">,
  facts: PoolFacts | undefined,
  gate: HostGate | undefined,
): HostWait | undefined {
  if (!hostBound) return undefined;
  const { seconds } = hostBound;
  if (!gate) return { by: "cleaningAllowance", seconds };
  const resourceClass = facts && classOf(facts.flavor);
  return resourceClass === undefined ? undefined : { by: "inventory", seconds, resourceClass, gate };
}

/** What the cloud shows of the changes that the config asks for. */
type Edits = Pick<WorkerPoolArgs, "replaced" | "ownEdits" | "editedPorts" | "inCloud" | "zones">;

/** The key of the object store's account that signs the URLs; undefined: each container has one of its own. */
function accountKeyOf(
  { pools, temporaryUrlKey, manageAccountKey }: Config,
  { objectStore }: Discovery,
  provider: pulumi.ProviderResource,
): pulumi.Input<string> | undefined {
  if (!manageAccountKey || !objectStore || storedPools(pools).length === 0) return temporaryUrlKey;
  return new AccountKey("account-key", { account: objectStore.url }, { provider }).key;
}

/**
 * Declares the pools, and what they look up while their workers are declared.
 *
 * @param queued what may pass before a worker has its turn
 */
export function declarePools(
  config: Config,
  discovery: Discovery,
  edits: Edits,
  queued: readonly Term[],
  providers: [cloud: pulumi.ProviderResource, nodes: pulumi.ProviderResource],
): WorkerPool[] {
  const { cluster, pools } = config;
  const temporaryUrlKey = accountKeyOf(config, discovery, providers[1]);
  const lookups = {
    existing: existingObjects(discovery.client),
    currentNodes: currentNodesOf(cluster),
    currentMachineConfigPools: machineConfigPoolsOf(cluster, discovery.cluster.machineConfigPools),
  };
  const gate = hostGateOf(discovery);
  return pools.map((pool, i) => {
    const spec = poolSpec(pool, i, discovery, discovery);
    const hostWait = hostWaitOf(pool, discovery.cloud.pools[i], gate);
    const urlLifetime = pool.ignition.urlLifetime ?? sumOf([...ownTerms(pool), ...queued]);
    return new WorkerPool(
      pool.name,
      {
        ...spec,
        ...lookups,
        ...edits,
        serverGroup: groupHint(pool, discovery.checks),
        hostWait,
        urlLifetime,
        temporaryUrlKey,
        urlDigest: urlDigestFor(discovery.checks.tempUrls?.value?.digests),
      },
      { providers },
    );
  });
}
