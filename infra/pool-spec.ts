import { payloadHash, renderPayload } from "../components/ignition/payload.ts";
import { contains, ipVersionOf } from "../components/lib/ip.ts";
import type { PortTemplate } from "../components/ports/plan.ts";
import type { TrunkTemplate } from "../components/ports/trunk.ts";
import type { Named } from "../components/baremetal-server.ts";
import type { PoolIgnition, PoolSpec, PoolWorker } from "../components/worker-pool.ts";
import { asList } from "./config/fields.ts";
import type { PoolConfig } from "./config/load.ts";
import { poolPath } from "./config/paths.ts";
import { workersOf } from "./config/workers.ts";
import type { FlavorFacts, ImageFacts, NotFound, PlainFacts } from "./discovery/facts.ts";
import type { PoolFacts, PortFacts } from "./discovery/read.ts";

type PortConfig = PoolConfig["networks"][number] & { readonly fixedIp?: string | readonly string[] | undefined };

type Cluster = PlainFacts["cluster"];

/**
 * Without port security Neutron refuses a port with groups or address pairs: it gets none that the config does not name
 * itself. Preflight refuses those that it names in a network without (preflight/checks/port-security.ts), and the config's own
 * rules those beside `portSecurity: false`.
 */
function portOf(config: PortConfig, facts: PortFacts | undefined, { ingressVips }: Cluster): PortTemplate {
  if (!facts) throw new Error("no facts of a port");
  const { network, subnets, areNamed } = facts;
  const isOpen = config.portSecurity === false;
  const isSecured = network.portSecurity !== false && !isOpen;
  const isSeveral = subnets.length > 1;
  const isInPort = (vip: string): boolean => subnets.some(({ cidr }) => contains(cidr, vip));
  return {
    networkId: network.id,
    subnets: subnets.map(({ id, cidr }) => ({ id, ipVersion: ipVersionOf(cidr), isOptional: !areNamed && isSeveral })),
    securityGroupIds: isSecured || (config.securityGroups !== undefined && !isOpen) ? facts.securityGroupIds : [],
    virtualAddresses: isSecured ? ingressVips.filter(isInPort) : [],
    allowedAddresses: config.allowedAddresses,
    // of its own accord a new port is as its network, and only the network's owner may say more
    ...(isOpen && network.portSecurity !== false && { portSecurity: false as const }),
    tags: config.tags,
    dhcpOptions: config.dhcpOptions,
    fixedIps: asList(config.fixedIp),
    ...(config.trunk && { trunk: trunkOf(config.trunk, facts) }),
  };
}

/** Its subports have the groups of their parent, except in networks without port security, where Neutron refuses them. */
function trunkOf({ subports }: NonNullable<PortConfig["trunk"]>, facts: PortFacts): TrunkTemplate {
  const found = subports.map(({ segmentationId }, i) => {
    const named = facts.subports?.[i];
    if (!named) throw new Error("no facts of a subport");
    return {
      networkId: named.network.id,
      subnetIds: named.subnets.map(({ id }) => id),
      segmentationId,
      securityGroupIds: named.network.portSecurity === false ? [] : facts.securityGroupIds,
    };
  });
  return { subports: found };
}

function workers(pool: PoolConfig, cluster: Cluster, facts: PoolFacts): PoolWorker[] {
  return workersOf(pool, cluster.infraId).map(({ name, fixedIps, availabilityZone, networks, labels, isSurge }, i) => ({
    name,
    fixedIps,
    availabilityZone,
    labels,
    ...(pool.readmit.includes(name) && { readmit: true }),
    ...(isSurge && { isSurge }),
    ports: networks.map((port, j) => portOf(port, facts.workerPorts[i]?.[j], cluster)),
  }));
}

/** The stack's name, and those that it had before. */
export type Owners = Pick<PoolSpec, "owner" | "formerOwners">;

const namedOf = (object: FlavorFacts | ImageFacts | NotFound): Named =>
  "notFound" in object ? { name: object.name, problem: object.notFound.problem } : object;

/** The specification of a pool: its config, with the names in it resolved in cluster and cloud. */
export function poolSpec(
  pool: PoolConfig,
  index: number,
  { cluster, cloud, objectStore }: PlainFacts,
  { owner, formerOwners }: Owners,
): PoolSpec {
  const facts = cloud.pools[index];
  const configPath = poolPath(pool.name);
  if (!facts) throw new Error(`no facts of ${configPath}`);
  return {
    pool: pool.name,
    infraId: cluster.infraId,
    owner,
    formerOwners,
    configPath,
    ...(pool.protect && { protect: true }),
    ...(cluster.nodeIdentity && { identity: cluster.nodeIdentity }),
    flavor: namedOf(facts.flavor),
    image: namedOf(facts.image),
    payload: { hash: payloadHash(pool.ignition), onChange: pool.ignition.onChange },
    ports: pool.networks.map((port, i) => portOf(port, facts.ports[i], cluster)),
    workers: workers(pool, cluster, facts),
    labels: pool.labels,
    taints: pool.taints,
    timeouts: nodeTimeouts(pool),
    drain: pool.drain,
    rollout: pool.rollout,
    machineConfigPool: pool.ignition.machineConfigPool,
    machineConfigPools: cluster.machineConfigPools.value ?? [],
    serving: new Set(cluster.nodes.filter((node) => node.serving).map((node) => node.name)),
    ignition: ignitionOf(pool, cluster, objectStore),
  };
}

/** The timeouts that are inputs of a worker's resources: that of the wait for a host is the program's own, and in no state. */
function nodeTimeouts({ timeouts }: PoolConfig): PoolSpec["timeouts"] {
  const { provision, boot, servingCsr, ready, delete: deletion, nodeRemoval } = timeouts;
  return { provision, boot, servingCsr, ready, delete: deletion, nodeRemoval };
}

function ignitionOf(pool: PoolConfig, cluster: Cluster, store: PlainFacts["objectStore"]): PoolIgnition {
  const { delivery, spec, proxy } = pool.ignition;
  if (delivery === "inline") return { delivery, userData: inlineUserData(pool, cluster) };
  const payload = renderPayload(payloadArgs(pool, cluster));
  return { delivery, payload, endpoint: store?.url, ca: store?.ca, spec, proxy };
}

/** The user data of a pool's servers with `delivery: inline`. */
export const inlineUserData = (pool: PoolConfig, cluster: Cluster): string =>
  renderPayload({ ...payloadArgs(pool, cluster), proxy: pool.ignition.proxy });

/** The arguments of a pool's payload. */
export function payloadArgs(pool: PoolConfig, cluster: PlainFacts["cluster"]): Parameters<typeof renderPayload>[0] {
  const { url, authorities } = cluster.machineConfigServer;
  const { machineConfigPool, fragments, spec } = pool.ignition;
  return { machineConfigServer: url, authorities, machineConfigPool, fragments, spec };
}
