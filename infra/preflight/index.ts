import { containerName, renderPayload } from "../../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../../components/ignition/pointer.ts";
import { tempUrl } from "../../components/ignition/temp-url.ts";
import { suggest } from "../../components/lib/suggest.ts";
import { maxNameLength } from "../../components/ports/names.ts";
import type { Config, PoolConfig } from "../config/load.ts";
import { poolPath } from "../config/paths.ts";
import { workersOf } from "../config/workers.ts";
import type { Skippable } from "../diagnostics/checks.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Result } from "../discovery/attempt.ts";
import type { PreflightFacts } from "../discovery/facts.ts";
import { payloadArgs } from "../pools.ts";
import { capacityDiagnostics } from "./checks/capacity.ts";
import { clusterDiagnostics } from "./checks/cluster.ts";
import { machineDiagnostics } from "./checks/flavor-and-image.ts";
import { ignitionDiagnostics } from "./checks/ignition.ts";
import { nameDiagnostics } from "./checks/names.ts";
import { networkDiagnostics } from "./checks/network.ts";
import { nodeAddressDiagnostics } from "./checks/node-address.ts";
import { objectStoreDiagnostics } from "./checks/object-store.ts";
import { securityGroupDiagnostics } from "./checks/security-groups.ts";
import { serverDiagnostics } from "./checks/servers.ts";

export type { PreflightFacts } from "../discovery/facts.ts";

function machineConfigPool(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Diagnostic[] {
  const name = pool.ignition.machineConfigPool;
  if (cluster.machineConfigPools.includes(name)) return [];
  const meant = suggest(name, cluster.machineConfigPools);
  return [
    {
      check: "machine-config-pool",
      path: `${path}.ignition.machineConfigPool`,
      problem: `the cluster has no MachineConfigPool "${name}"`,
      expected: `one of ${cluster.machineConfigPools.join(", ")}: a machine of an unknown pool retries for ever`,
      remedy: meant ? `write ${meant} instead` : "correct the name, or create the pool",
    },
  ];
}

function nameLength(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Diagnostic[] {
  const names = workersOf(pool, cluster.infraId).map(({ name }) => name);
  const longest = names.toSorted((a, b) => a.length - b.length).at(-1) ?? "";
  if (longest.length <= maxNameLength) return [];
  const over = longest.length - maxNameLength;
  return [
    {
      check: "node-name",
      path: `${path}.name`,
      problem: `the worker's name ${longest} has ${longest.length} characters`,
      expected: `at most ${maxNameLength}`,
      remedy: `shorten the pool's name${pool.workers ? " or the worker's" : ""} by ${over} or more`,
    },
  ];
}

/** A name that no worker has would never be ignored, and the roll would wait. */
function ignored(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Diagnostic[] {
  const names = workersOf(pool, cluster.infraId).map(({ name }) => name);
  return pool.rollout.ignore.flatMap((name, i) => {
    if (names.includes(name)) return [];
    const meant = suggest(name, names);
    return {
      check: "rollout",
      path: `${path}.rollout.ignore[${i}]`,
      problem: `the pool has no Node "${name}"`,
      expected: "the name of a Node of this pool",
      remedy: meant === undefined ? "remove it" : `write ${meant} instead`,
    };
  });
}

/** The size is the same whatever the owner, the key and the expiry are, so that a sample tells. */
function userData(pool: PoolConfig, path: string, { cluster, objectStore }: PreflightFacts): Diagnostic[] {
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
      problem: `the user data would have ${size} bytes`,
      expected: `at most ${userDataLimit}, the limit of Nova`,
      remedy: "let cacert in clouds.yaml hold only the authority of the object store, not a whole trust store",
    },
  ];
}

/** What could not be asked for is told, so that nobody takes it for judged. */
function unanswered({ checks, cluster }: PreflightFacts): Diagnostic[] {
  const places: [Skippable, string, string, Result<unknown>][] = [
    ["quota", "pools", "the compute service's limits", checks.compute],
    ["quota", "pools", "the network service's quotas", checks.portQuota],
    ["server-name", "pools", "the project's servers", checks.servers],
    ["port-name", "pools", "the project's ports", checks.ports],
    ["port-name", "pools", "the cluster's ports", checks.clusterPorts],
    ["mtu", "cluster", "the cluster's Network", cluster.network],
    ["machine-name", "cluster", "the Machines", checks.machines],
    ["permissions", "cluster", "the account's permissions", checks.denied],
  ];
  return places.flatMap(([check, path, what, { error }]) =>
    error === undefined
      ? []
      : {
          check,
          path,
          problem: `${what} cannot be read: ${error}`,
          expected: "an answer, so that it can be judged",
          remedy: `give the account the right to read it, or leave it out by preflight.skip: [${check}]`,
          warning: true,
        },
  );
}

/** Everything in config and facts that would make an attach fail, and warnings. Empty: nothing is known against it. */
export function preflight(config: Config, facts: PreflightFacts): Diagnostic[] {
  const pools = config.pools.flatMap((pool, i) => {
    const path = poolPath(pool.name);
    const own = facts.cloud.pools[i];
    return [
      ...nameLength(pool, path, facts),
      ...ignored(pool, path, facts),
      ...machineConfigPool(pool, path, facts),
      ...(own ? machineDiagnostics(own, path) : []),
      ...userData(pool, path, facts),
    ];
  });
  const found = [
    ...networkDiagnostics(config, facts),
    ...nodeAddressDiagnostics(config, facts),
    ...securityGroupDiagnostics(config, facts),
    ...pools,
    ...nameDiagnostics(config, facts),
    ...serverDiagnostics(config, facts),
    ...capacityDiagnostics(config, facts),
    ...ignitionDiagnostics(config, facts),
    ...clusterDiagnostics(config, facts),
    ...objectStoreDiagnostics(facts),
    ...unanswered(facts),
  ];
  const skipped: readonly string[] = config.preflight.skip;
  return found.filter(({ check }) => !skipped.includes(check));
}
