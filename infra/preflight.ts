import { containerName, renderPayload } from "../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../components/ignition/pointer.ts";
import { tempUrl } from "../components/ignition/temp-url.ts";
import { maxNameLength } from "../components/ports/names.ts";
import type { Config, PoolConfig } from "./config.ts";
import type { Facts, PoolFacts } from "./facts.ts";
import type { Fault } from "./fault.ts";
import { nearest } from "./nearest.ts";
import type { PreflightFacts } from "./preflight/facts.ts";
import { networkFaults } from "./preflight/network.ts";
import { workersOf } from "./workers.ts";

export type { PreflightFacts } from "./preflight/facts.ts";

function machineConfigPool(pool: PoolConfig, path: string, { cluster }: PreflightFacts): Fault[] {
  const name = pool.ignition.machineConfigPool;
  if (cluster.machineConfigPools.includes(name)) return [];
  const meant = nearest(name, cluster.machineConfigPools);
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

const zeroed = ["resources:VCPU", "resources:MEMORY_MB", "resources:DISK_GB"];

function whyNotBaremetal(extraSpecs: Readonly<Record<string, string>>): string | undefined {
  const classes = Object.entries(extraSpecs).filter(([key]) => key.startsWith("resources:CUSTOM_"));
  const [first] = classes;
  if (!first) return "asks for no custom resource class";
  if (classes.length > 1) return `asks for ${classes.length} custom resource classes`;
  if (first[1] !== "1") return `asks for ${first[1]} of ${first[0].slice("resources:".length)}`;
  const kept = zeroed.filter((key) => extraSpecs[key] !== "0");
  return kept.length > 0 ? `does not set ${kept.join(", ")} to 0` : undefined;
}

function flavor(path: string, facts: PoolFacts): Fault[] {
  const reason = whyNotBaremetal(facts.flavor.extraSpecs);
  if (reason === undefined) return [];
  return [
    {
      check: "flavor",
      path: `${path}.flavor`,
      what: `flavor "${facts.flavor.name}" ${reason}`,
      expected: `exactly one resources:CUSTOM_<class>=1, and ${zeroed.map((key) => `${key}=0`).join(", ")}`,
      fix: "choose a flavor of a bare-metal class, or ask the cloud's operator to correct this one",
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
    const meant = nearest(name, names);
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

/** What the payload of a pool is rendered from. */
export function payloadArgs(pool: PoolConfig, cluster: Facts["cluster"]): Parameters<typeof renderPayload>[0] {
  const { url, authorities } = cluster.machineConfigServer;
  const { machineConfigPool, fragments, spec } = pool.ignition;
  return { machineConfigServer: url, authorities, machineConfigPool, fragments, spec };
}

/** Everything in config and facts that would make an attach fail. Empty: nothing is known against it. */
export function preflight(config: Config, facts: PreflightFacts): Fault[] {
  const pools = config.pools.flatMap((pool, i) => {
    const path = `pools[${i}]`;
    const own = facts.cloud.pools[i];
    return [
      ...nameLength(pool, path, facts),
      ...ignored(pool, path, facts),
      ...machineConfigPool(pool, path, facts),
      ...(own ? flavor(path, own) : []),
      ...userData(pool, path, facts),
    ];
  });
  return [...networkFaults(config, facts), ...pools];
}
