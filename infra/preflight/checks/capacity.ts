import { addressCount, inRange, ipVersionOf } from "../../../components/lib/ip.ts";
import { portName, subportName } from "../../../components/ports/names.ts";
import { asList } from "../../config/fields.ts";
import type { Config } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts, Usage } from "../../discovery/facts.ts";
import { found } from "../../discovery/found.ts";
import type { PortFacts, SubnetFacts } from "../../discovery/read.ts";
import { ownServers } from "./names.ts";

/** A port that this update adds. */
interface NewPort {
  readonly subnets: readonly SubnetFacts[];
  readonly fixedIps: readonly string[];
}

/** What this update adds: the difference between the config and the stack's existing servers and ports. */
interface Added {
  readonly instances: number;
  readonly cores: number;
  /** MiB */
  readonly ram: number;
  readonly ports: readonly NewPort[];
}

/** Workers and ports that do not exist yet. A replacement adds none: the old one is deleted first; nor does an adoption. */
export function added(config: Config, facts: PreflightFacts): Added {
  const servers = ownServers(facts);
  const there = new Set((facts.checks.ports.value ?? []).map(({ name }) => name));
  const perPool = config.pools.map((pool, i) => {
    const named = facts.cloud.pools[i];
    const workers = workersOf(pool, facts.cluster.infraId);
    const fresh = workers.filter(({ name }) => !servers.has(name) && !pool.adopt.includes(name)).length;
    const ports = workers.flatMap((worker, j) => {
      const own = worker.networks.map(({ fixedIp, trunk }, k) => ({
        fixedIps: asList(fixedIp),
        trunk,
        facts: named?.workerPorts[j]?.[k],
      }));
      const shared = pool.networks.map(({ trunk }, k) => ({
        fixedIps: k === 0 ? worker.fixedIps : [],
        trunk,
        facts: named?.ports[k],
      }));
      const all = [...shared, ...own].flatMap(({ fixedIps, trunk, facts: port }, k) => {
        const name = portName(worker.name, k);
        return [{ name, fixedIps, subnets: port?.subnets ?? [] }, ...subportsOf(name, trunk, port)];
      });
      return all.filter(({ name }) => !there.has(name));
    });
    const { vcpus = 0, ram = 0 } = (named && found(named.flavor)) ?? {};
    return { fresh, cores: fresh * vcpus, ram: fresh * ram, ports };
  });
  const sum = (key: "fresh" | "cores" | "ram"): number => perPool.reduce((total, each) => total + each[key], 0);
  return {
    instances: sum("fresh"),
    cores: sum("cores"),
    ram: sum("ram"),
    ports: perPool.flatMap(({ ports }) => ports),
  };
}

/** Where Neutron chooses the subnet, its addresses are not counted. */
const subportsOf = (
  port: string,
  trunk: Config["pools"][number]["networks"][number]["trunk"],
  { subports = [] }: Pick<PortFacts, "subports"> = {},
): (NewPort & { readonly name: string })[] =>
  (trunk?.subports ?? []).flatMap(({ segmentationId }, i) => {
    const named = subports[i];
    if (!named) return [];
    const { network, subnets } = named;
    const place = { segmentationId, networkId: network.id, subnetIds: subnets.map(({ id }) => id) };
    return [{ name: subportName(port, place), fixedIps: [], subnets }];
  });

function overQuota(resource: string, more: number, usage: Usage | undefined): Diagnostic[] {
  if (!usage || more === 0 || usage.limit < 0 || usage.used + more <= usage.limit) return [];
  return [
    {
      check: "quota",
      path: "pools",
      problem: `this update adds ${more} ${resource}, but only ${Math.max(0, usage.limit - usage.used)} of the quota of ${usage.limit} are free`,
      expected: `a quota of at least ${usage.used + more} ${resource}`,
      remedy: "ask the cloud's operator for a larger quota (openstack quota show), or attach fewer workers",
    },
  ];
}

/** Whether the subnets have a free address for each new port without a fixed one. */
function freeAddresses(ports: readonly NewPort[], { checks }: PreflightFacts): Diagnostic[] {
  const seen = checks.ports.value;
  if (!seen) return [];
  const wanted = ports.flatMap(({ subnets, fixedIps }) =>
    subnets.filter(({ cidr }) => !fixedIps.some((ip) => ipVersionOf(ip) === ipVersionOf(cidr))),
  );
  const bySubnet = Map.groupBy(wanted, ({ id }) => id);
  return [...bySubnet.values()].flatMap((group) => {
    const [subnet] = group;
    if (!subnet || subnet.allocationPools.length === 0) return [];
    const all = subnet.allocationPools.reduce((total, { start, end }) => total + addressCount(start, end), 0n);
    const inPool = (ip: string): boolean => subnet.allocationPools.some(({ start, end }) => inRange(start, end, ip));
    const used = seen
      .flatMap(({ addresses }) => addresses)
      .filter(({ subnetId, ip }) => subnetId === subnet.id && inPool(ip)).length;
    const free = all - BigInt(used);
    if (free >= group.length) return [];
    return {
      check: "free-addresses",
      path: "pools",
      problem: `this update needs ${group.length} addresses of subnet "${subnet.name}", but only ${free > 0n ? free : 0n} of ${all} are free`,
      expected: "a free address for each new port",
      remedy: "enlarge the subnet's allocation pools, or attach fewer workers",
    };
  });
}

/** Whether quotas and subnets suffice for what this update adds. It adds no security groups or rules. */
export function capacityDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const { compute, portQuota } = facts.checks;
  const more = added(config, facts);
  return [
    ...overQuota("instances", more.instances, compute.value?.instances),
    ...overQuota("cores", more.cores, compute.value?.cores),
    ...overQuota("MiB of RAM", more.ram, compute.value?.ram),
    ...overQuota("ports", more.ports.length, portQuota.value),
    ...freeAddresses(more.ports, facts),
  ];
}
