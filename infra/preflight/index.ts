import { containerName, renderPayload } from "../../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../../components/ignition/pointer.ts";
import { tempUrl } from "../../components/ignition/temp-url.ts";
import { suggest } from "../../components/lib/suggest.ts";
import { maxNameLength } from "../../components/ports/names.ts";
import type { Config, PoolConfig } from "../config/load.ts";
import { workersOf } from "../config/workers.ts";
import type { Skippable } from "../diagnostics/checks.ts";
import type { Fault } from "../diagnostics/diagnostic.ts";
import type { Asked } from "../discovery/attempt.ts";
import type { PreflightFacts } from "../discovery/facts.ts";
import { payloadArgs } from "../pools.ts";
import { capacityFaults } from "./checks/capacity.ts";
import { clusterFaults } from "./checks/cluster.ts";
import { machineFaults } from "./checks/flavor-and-image.ts";
import { ignitionFaults } from "./checks/ignition.ts";
import { nameFaults } from "./checks/names.ts";
import { networkFaults } from "./checks/network.ts";
import { nodeAddressFaults } from "./checks/node-address.ts";
import { objectStoreFaults } from "./checks/object-store.ts";
import { securityGroupFaults } from "./checks/security-groups.ts";
import { serverFaults } from "./checks/servers.ts";

export type { PreflightFacts } from "../discovery/facts.ts";

function machineConfigPool(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Fault[] {
  const name = pool.ignition.machineConfigPool;
  if (cluster.machineConfigPools.includes(name)) return [];
  const meant = suggest(name, cluster.machineConfigPools);
  return [
    {
      check: "machine-config-pool",
      path: `${path}.ignition.machineConfigPool`,
      what: `the cluster has no MachineConfigPool "${name}"`,
      expected: `one of ${cluster.machineConfigPools.join(", ")}: a machine of an unknown pool retries for ever`,
      fix: meant ? `write ${meant} instead` : "correct the name, or create the pool",
    },
  ];
}

function nameLength(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Fault[] {
  const names = workersOf(pool, path, cluster.infraId).map(({ name }) => name);
  const longest = names.toSorted((a, b) => a.length - b.length).at(-1) ?? "";
  if (longest.length <= maxNameLength) return [];
  const over = longest.length - maxNameLength;
  return [
    {
      check: "node-name",
      path: `${path}.name`,
      what: `the worker's name ${longest} has ${longest.length} characters`,
      expected: `at most ${maxNameLength}`,
      fix: `shorten the pool's name${pool.workers ? " or the worker's" : ""} by ${over} or more`,
    },
  ];
}

/** A name that no worker has would never be ignored, and the roll would wait. */
function ignored(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Fault[] {
  const names = workersOf(pool, path, cluster.infraId).map(({ name }) => name);
  return pool.rollout.ignore.flatMap((name, i) => {
    if (names.includes(name)) return [];
    const meant = suggest(name, names);
    return {
      check: "rollout",
      path: `${path}.rollout.ignore[${i}]`,
      what: `the pool has no Node "${name}"`,
      expected: "the name of a Node of this pool",
      fix: meant === undefined ? "remove it" : `write ${meant} instead`,
    };
  });
}

/** The size is the same whatever the owner, the key and the expiry are, so that a sample tells. */
function userData(pool: PoolConfig, path: string, { cluster, objectStore }: PreflightFacts): Fault[] {
  const payload = renderPayload(payloadArgs(pool, cluster));
  const container = containerName(cluster.infraId, pool.name, "sample");
  const sample = { container, object: `${"0".repeat(64)}.ign`, key: "sample", expires: 4_000_000_000 };
  const url = tempUrl({ endpoint: objectStore.url, ...sample });
  const size = userDataSize(renderPointer({ url, payload, ca: objectStore.ca }));
  if (size <= userDataLimit) return [];
  return [
    {
      check: "user-data",
      path: `${path}.ignition`,
      what: `the user data would have ${size} bytes`,
      expected: `at most ${userDataLimit}, the limit of Nova`,
      fix: "let cacert in clouds.yaml hold only the authority of the object store, not a whole trust store",
    },
  ];
}

/** What could not be asked for is told, so that nobody takes it for judged. */
function unanswered({ checks, cluster }: PreflightFacts): Fault[] {
  const places: [Skippable, string, string, Asked<unknown>][] = [
    ["quota", "pools", "the compute service's limits", checks.compute],
    ["quota", "pools", "the network service's quotas", checks.portQuota],
    ["server-name", "pools", "the project's servers", checks.servers],
    ["port-name", "pools", "the project's ports", checks.ports],
    ["port-name", "pools", "the cluster's ports", checks.clusterPorts],
    ["mtu", "cluster", "the cluster's Network", cluster.network],
    ["machine-name", "cluster", "the Machines", checks.machines],
    ["permissions", "cluster", "the account's permissions", checks.denied],
  ];
  return places.flatMap(([check, path, what, { trouble }]) =>
    trouble === undefined
      ? []
      : {
          check,
          path,
          what: `${what} cannot be read: ${trouble}`,
          expected: "an answer, so that it can be judged",
          fix: `give the account the right to read it, or leave it out by preflight.skip: [${check}]`,
          warning: true,
        },
  );
}

/** Everything in config and facts that would make an attach fail, and warnings. Empty: nothing is known against it. */
export function preflight(config: Config, facts: PreflightFacts): Fault[] {
  const pools = config.pools.flatMap((pool, i) => {
    const path = `pools[${i}]`;
    const own = facts.cloud.pools[i];
    return [
      ...nameLength(pool, path, facts),
      ...ignored(pool, path, facts),
      ...machineConfigPool(pool, path, facts),
      ...(own ? machineFaults(own, path) : []),
      ...userData(pool, path, facts),
    ];
  });
  const found = [
    ...networkFaults(config, facts),
    ...nodeAddressFaults(config, facts),
    ...securityGroupFaults(config, facts),
    ...pools,
    ...nameFaults(config, facts),
    ...serverFaults(config, facts),
    ...capacityFaults(config, facts),
    ...ignitionFaults(config, facts),
    ...clusterFaults(config, facts),
    ...objectStoreFaults(facts),
    ...unanswered(facts),
  ];
  const skipped: readonly string[] = config.preflight.skip;
  return found.filter(({ check }) => !skipped.includes(check));
}
