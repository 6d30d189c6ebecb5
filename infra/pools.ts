import type * as pulumi from "@pulumi/pulumi";
import { ownTerms, sumOf, type Term } from "../components/ignition/url-lifetime.ts";
import { existingObjects } from "../components/openstack/existing.ts";
import { WorkerPool } from "../components/worker-pool.ts";
import type { Config } from "./config/load.ts";
import { readNodes } from "./discovery/cluster/read.ts";
import type { Discovery } from "./discovery/discover.ts";
import { orConfigError } from "./discovery/read.ts";
import { poolSpec } from "./pool-spec.ts";

/**
 * Declares the pools, and what they look up while their workers are declared.
 *
 * @param replaced names of the workers whose servers are replaced
 * @param queued what may pass before a worker has its turn
 */
export function declarePools(
  { cluster, pools }: Config,
  discovery: Discovery,
  replaced: ReadonlySet<string>,
  queued: readonly Term[],
  providers: pulumi.ProviderResource[],
): WorkerPool[] {
  const lookups = {
    existing: existingObjects(discovery.client),
    currentNodes: () => orConfigError(readNodes(cluster)),
  };
  return pools.map((pool, i) => {
    const spec = poolSpec(pool, i, discovery, discovery.owner);
    const urlLifetime = pool.ignition.urlLifetime ?? sumOf([...ownTerms(pool), ...queued]);
    return new WorkerPool(pool.name, { ...spec, ...lookups, replaced, urlLifetime }, { providers });
  });
}
