import { containerName, renderPayload } from "../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../components/ignition/pointer.ts";
import { tempUrl } from "../components/ignition/temp-url.ts";
import { maxNameLength, workerName } from "../components/ports/names.ts";
import { broadcast, contains, networkAddress, within } from "./cidr.ts";
import type { Config, PoolConfig } from "./config.ts";
import type { Facts, PoolFacts, SubnetFacts } from "./facts.ts";
import type { Fault } from "./fault.ts";
import { nearest } from "./nearest.ts";

/** The facts that the checks judge. */
export type PreflightFacts = Pick<Facts, "cluster" | "cloud" | "objectStore">;

function subnetOfNetwork(names: Config["machineNetwork"], { cloud }: PreflightFacts): Fault[] {
  if (cloud.subnet.networkId === cloud.network.id) return [];
  return [
    {
      check: "subnet-of-network",
      path: "machineNetwork.subnet",
      what: `subnet "${names.subnet}" does not belong to network "${names.network}"`,
      expected: "a subnet of machineNetwork.network",
      fix: "name the network and the subnet of the cluster's machines",
    },
  ];
}

function machineNetwork({ cluster, cloud }: PreflightFacts): Fault[] {
  const { cidr, name } = cloud.subnet;
  const path = "machineNetwork.subnet";
  const fix = "name the cluster's own machine network: nodes in another one are not supported";
  if (cluster.machineNetworks.length > 0 && !cluster.machineNetworks.some((machines) => within(machines, cidr))) {
    const expected = `a subnet within the cluster's machine network ${cluster.machineNetworks.join(", ")}`;
    return [{ check: "machine-network", path, what: `"${name}" is ${cidr}`, expected, fix }];
  }
  if (cluster.apiVips.some((vip) => contains(cidr, vip))) return [];
  const expected = `the subnet in which the cluster's API has its address, ${cluster.apiVips.join(", ")}`;
  return [{ check: "machine-network", path, what: `"${name}" is ${cidr}`, expected, fix }];
}

function dhcp({ cloud }: PreflightFacts): Fault[] {
  if (cloud.subnet.dhcp) return [];
  return [
    {
      check: "dhcp",
      path: "machineNetwork.subnet",
      what: `"${cloud.subnet.name}" has DHCP disabled`,
      expected: "DHCP enabled: RHCOS takes its address from it",
      fix: `openstack subnet set --dhcp ${cloud.subnet.name}`,
    },
  ];
}

function whyNotUsable(address: string, subnet: SubnetFacts, vips: readonly string[]): string | undefined {
  if (!contains(subnet.cidr, address)) return `is not in ${subnet.cidr}`;
  if (address === subnet.gateway) return "is the subnet's gateway";
  if (vips.includes(address)) return "is a virtual address of the cluster";
  if (address === networkAddress(subnet.cidr)) return "is the subnet's own address";
  return address === broadcast(subnet.cidr) ? "is the subnet's broadcast address" : undefined;
}

function fixedIps(pool: PoolConfig, path: string, { cluster, cloud }: PreflightFacts): Fault[] {
  const vips = [...cluster.apiVips, ...cluster.ingressVips];
  return (pool.fixedIps ?? []).flatMap((address, i) => {
    const reason = whyNotUsable(address, cloud.subnet, vips);
    if (reason === undefined) return [];
    return {
      check: "fixed-ips",
      path: `${path}.fixedIps[${i}]`,
      what: `${address} ${reason}`,
      expected: `a free address of ${cloud.subnet.cidr}`,
      fix: "choose another address",
    };
  });
}

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
  const longest = workerName(cluster.infraId, pool.name, Math.max(0, pool.replicas - 1));
  if (longest.length <= maxNameLength) return [];
  const over = longest.length - maxNameLength;
  return [
    {
      check: "node-name",
      path: `${path}.name`,
      what: `the worker's name ${longest} has ${longest.length} characters`,
      expected: `at most ${maxNameLength}`,
      fix: `shorten the pool's name by ${over} or more`,
    },
  ];
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
  const { machineConfigPool, fragments } = pool.ignition;
  return { machineConfigServer: url, authorities, machineConfigPool, fragments };
}

/** Everything in config and facts that would make an attach fail. Empty: nothing is known against it. */
export function preflight(config: Config, facts: PreflightFacts): Fault[] {
  const pools = config.pools.flatMap((pool, i) => {
    const path = `pools[${i}]`;
    const own = facts.cloud.pools[i];
    return [
      ...nameLength(pool, path, facts),
      ...fixedIps(pool, path, facts),
      ...machineConfigPool(pool, path, facts),
      ...(own ? flavor(path, own) : []),
      ...userData(pool, path, facts),
    ];
  });
  return [...subnetOfNetwork(config.machineNetwork, facts), ...machineNetwork(facts), ...dhcp(facts), ...pools];
}
