import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

/**
 * Whether a worker's first port is in the security group that the installer created for the workers: without its rules a
 * node joins, but its kubelet and its pods are unreachable. A warning, because other groups may have the same rules. An
 * explicit `[]` is taken as intended.
 */
export function securityGroupDiagnostics({ pools }: Pick<Config, "pools">, { cloud }: PreflightFacts): Diagnostic[] {
  const { workerGroup } = cloud;
  if (workerGroup === undefined || workerGroup === "several" || workerGroup === "unsupported") return [];
  return pools.flatMap((pool, i) => {
    const path = poolPath(pool.name);
    if (pool.networks[0]?.portSecurity === false) return [];
    const own = pool.networks[0]?.securityGroups;
    const given = own ?? pool.securityGroups ?? [];
    const ids = cloud.pools[i]?.ports[0]?.securityGroupIds;
    if (given.length === 0 || !ids || ids.includes(workerGroup.id)) return [];
    return {
      check: "security-groups",
      path: own ? `${path}.networks[0].securityGroups` : `${path}.securityGroups`,
      problem: `${given.join(", ")} without ${workerGroup.name}, the group that the installer created for the workers`,
      expected: `${workerGroup.name} in the list, unless the other groups have the same rules`,
      remedy: `add ${workerGroup.name}, or remove the key`,
      warning: true,
    };
  });
}
