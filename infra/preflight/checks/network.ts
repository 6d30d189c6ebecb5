import {
  broadcastAddress,
  contains,
  ipVersionOf,
  isSubnetOf,
  networkAddress,
  sameAddress,
} from "../../../components/lib/ip.ts";
import { clusterTag } from "../../../components/ports/names.ts";
import { asList } from "../../config/fields.ts";
import type { Config } from "../../config/load.ts";
import { poolPath, workerPath } from "../../config/paths.ts";
import { workersOf } from "../../config/workers.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { PortFacts, SubnetFacts } from "../../discovery/read.ts";
import { apiIsElsewhere } from "../api-vips.ts";
import { type PortedWorker, portedWorkers } from "../worker-ports.ts";
import { familyDiagnostics } from "./ip-families.ts";

/** A port in the config: its path, and the objects that it names. */
export interface PortPlace {
  readonly path: string;
  readonly facts: PortFacts;
}

/** Every distinct port of the config. Ports that name no network are represented by `machineNetwork`. */
export function portPlaces(config: Config, { cloud }: PreflightFacts): PortPlace[] {
  const { network, subnets, areNamed } = cloud;
  const machines = network
    ? [{ path: "machineNetwork", facts: { network, subnets, areNamed, securityGroupIds: [] } }]
    : [];
  const named = config.pools.flatMap((pool, i) => {
    const path = poolPath(pool.name);
    const facts = cloud.pools[i];
    const own = pool.networks.map((port, j) => ({ port, path: `${path}.networks[${j}]`, facts: facts?.ports[j] }));
    const extra = (pool.workers ?? []).flatMap((worker, j) =>
      worker.networks.map((port, k) => ({
        port,
        path: `${workerPath(path, worker.name)}.networks[${k}]`,
        facts: facts?.workerPorts[j]?.[k],
      })),
    );
    return [...own, ...extra].flatMap(({ port, path: at, facts: found }) =>
      port.subnet === undefined || !found ? [] : [{ path: at, facts: found }],
    );
  });
  return [...machines, ...named];
}

function subnetOfNetwork({ path, facts: { network, subnets } }: PortPlace): Diagnostic[] {
  return subnets
    .filter(({ networkId }) => networkId !== network.id)
    .map((subnet) => ({
      check: "subnet-of-network",
      path: `${path}.subnet`,
      problem: `subnet "${subnet.name}" does not belong to network "${network.name}"`,
      expected: `a subnet of ${path}.network`,
      remedy: `correct ${path}.network or ${path}.subnet; openstack subnet show ${subnet.name} shows the subnet's network`,
    }));
}

function whyNoMachineNetwork(
  path: string,
  { cidr }: SubnetFacts,
  cluster: PreflightFacts["cluster"],
): string | undefined {
  const { machineNetworks, apiVips } = cluster;
  if (machineNetworks.length > 0 && !machineNetworks.some((machines) => isSubnetOf(cidr, machines)))
    return `a subnet within the cluster's machine network ${machineNetworks.join(", ")}`;
  const ofTheApi = path === "machineNetwork" || machineNetworks.length === 0;
  if (!ofTheApi || apiIsElsewhere(cluster) || apiVips.some((vip) => contains(cidr, vip))) return undefined;
  if (apiVips.length === 0)
    return machineNetworks.length > 0
      ? undefined
      : "a machine network of the cluster, which reports none: set cluster.expect.machineNetworks or cluster.expect.apiVips";
  return `the subnet that contains the API's virtual IP ${apiVips.join(", ")}`;
}

function machineNetwork({ path, facts: { subnets } }: PortPlace, { cluster }: PreflightFacts): Diagnostic[] {
  return subnets.flatMap((subnet) => {
    const expected = whyNoMachineNetwork(path, subnet, { ...cluster, apiVips: vipsFor(subnet, subnets, cluster) });
    if (expected === undefined) return [];
    return {
      check: "machine-network",
      path: `${path}.subnet`,
      problem: `"${subnet.name}" is ${subnet.cidr}`,
      expected,
      remedy: `set ${path}.network and ${path}.subnet to a machine network of the cluster: nodes in another network are not supported`,
    };
  });
}

/** A dual-stack cluster may have virtual IPs of one family only: they say nothing of the other family's subnet. */
function vipsFor(
  { cidr }: SubnetFacts,
  subnets: readonly SubnetFacts[],
  { apiVips }: PreflightFacts["cluster"],
): readonly string[] {
  const ofFamily = apiVips.filter((vip) => ipVersionOf(vip) === ipVersionOf(cidr));
  return subnets.length > 1 ? ofFamily : apiVips;
}

/** The installer tags the cluster's own subnets: a name in the config may be outdated, or of another cluster. */
function untagged(config: Config, { cluster, cloud: { subnets, tagged } }: PreflightFacts): Diagnostic[] {
  if (!config.machineNetwork || tagged.length === 0) return [];
  const names = tagged.map(({ name, cidr }) => `"${name}" (${cidr})`);
  return subnets
    .filter((subnet) => tagged.every(({ id }) => id !== subnet.id))
    .map((subnet) => ({
      check: "machine-network",
      path: "machineNetwork.subnet",
      problem: `"${subnet.name}" (${subnet.cidr}) does not have the installer's tag ${clusterTag(cluster.infraId)}`,
      expected: names.join(" or "),
      remedy:
        names.length > 1
          ? "set machineNetwork.network and machineNetwork.subnet to one of these"
          : "remove machineNetwork, or name that subnet and its network in it",
    }));
}

function dhcp({ path, facts: { subnets } }: PortPlace): Diagnostic[] {
  return subnets
    .filter((subnet) => !subnet.dhcp)
    .map((subnet) => ({
      check: "dhcp",
      path: `${path}.subnet`,
      problem: `"${subnet.name}" has DHCP disabled`,
      expected: "DHCP enabled: RHCOS gets its address by DHCP",
      remedy: `openstack subnet set --dhcp ${subnet.name}`,
    }));
}

/** Whether the port, or another port of every worker with it, is in a subnet that has what one of its subnets is missing. */
function hasElsewhere(
  { path, facts: { subnets } }: PortPlace,
  workers: readonly PortedWorker[],
  has: (it: SubnetFacts) => boolean,
): boolean {
  if (subnets.some(has)) return true;
  const own = workers.filter(({ ports }) => ports.some((port) => port.path === path));
  return own.length > 0 && own.every(({ ports }) => ports.some(({ facts }) => facts.subnets.some(has)));
}

/**
 * Warnings, because a machine can do without DNS server and gateway: a storage network has neither. A route to the metadata
 * service is not checked, because the machines have a config drive (components/baremetal-server.ts).
 */
function routes(place: PortPlace, subnet: SubnetFacts, workers: readonly PortedWorker[]): Diagnostic[] {
  const { path } = place;
  const hasDns = ({ dnsServers }: SubnetFacts): boolean => dnsServers.length > 0;
  const hasGateway = ({ gateway, cidr }: SubnetFacts): boolean =>
    gateway !== "" && ipVersionOf(cidr) === ipVersionOf(subnet.cidr);
  const at = `${path}.subnet`;
  const dns = {
    check: "dns",
    path: at,
    problem: `"${subnet.name}" has no DNS server`,
    expected: "a DNS server that resolves the cluster's api-int name, unless the network's DHCP server does",
    remedy: `openstack subnet set --dns-nameserver <address> ${subnet.name}`,
    warning: true as const,
  };
  const gateway = {
    check: "gateway",
    path: at,
    problem: `"${subnet.name}" has no gateway`,
    expected: "a gateway, unless the machines reach the registries and the cluster without one",
    remedy: `openstack subnet set --gateway <address> ${subnet.name}`,
    warning: true as const,
  };
  return [
    ...(hasElsewhere(place, workers, hasDns) ? [] : [dns]),
    ...(hasElsewhere(place, workers, hasGateway) ? [] : [gateway]),
  ];
}

function whyNotUsable(address: string, subnet: SubnetFacts, vips: readonly string[]): string | undefined {
  const isIt = (other: string | undefined): boolean => other !== undefined && sameAddress(address, other);
  if (!contains(subnet.cidr, address)) return `is not in ${subnet.cidr}`;
  if (subnet.autoAddress !== undefined)
    return `cannot be chosen: in subnet "${subnet.name}" a machine makes its own address (${subnet.autoAddress})`;
  if (isIt(subnet.gateway)) return "is the subnet's gateway";
  if (vips.some(isIt)) return "is a virtual IP of the cluster";
  if (isIt(networkAddress(subnet.cidr))) return "is the subnet's network address";
  return isIt(broadcastAddress(subnet.cidr)) ? "is the subnet's broadcast address" : undefined;
}

interface FixedAddress {
  readonly address: string;
  readonly path: string;
  readonly subnet: SubnetFacts;
}

/** The subnet of an address; without one of its family the first, which does not contain it. */
const subnetFor = (address: string, subnets: readonly SubnetFacts[]): SubnetFacts | undefined =>
  subnets.find(({ cidr }) => ipVersionOf(cidr) === ipVersionOf(address)) ?? subnets[0];

/** Every fixed address in the config, with the subnet that it must be in. */
function fixedAddresses(config: Config, { cluster, cloud }: PreflightFacts): FixedAddress[] {
  return config.pools.flatMap((pool, i) => {
    const facts = cloud.pools[i];
    return workersOf(pool, cluster.infraId).flatMap((worker, j) => {
      const first = { addresses: worker.fixedIps, path: worker.fixedIpPath, port: facts?.ports[0] };
      const extra = worker.networks.map(({ fixedIp }, k) => ({
        addresses: asList(fixedIp),
        path: `${worker.path}.networks[${k}].fixedIp`,
        port: facts?.workerPorts[j]?.[k],
      }));
      return [first, ...extra].flatMap(({ addresses, path, port }) =>
        addresses.flatMap((address) => {
          const subnet = subnetFor(address, port?.subnets ?? []);
          return subnet ? [{ address, path, subnet }] : [];
        }),
      );
    });
  });
}

function fixedIps(config: Config, facts: PreflightFacts): Diagnostic[] {
  const vips = [...facts.cluster.apiVips, ...facts.cluster.ingressVips];
  return fixedAddresses(config, facts).flatMap(({ address, path, subnet }) => {
    const reason = whyNotUsable(address, subnet, vips);
    if (reason === undefined) return [];
    return {
      check: "fixed-ips",
      path,
      problem: `${address} ${reason}`,
      expected: `a free address of ${subnet.cidr}`,
      remedy: "choose another address of the subnet, or remove the key: Neutron then chooses one",
    };
  });
}

/** Whether the ports are in the cluster's machine networks, and the networks serve the machines. */
export function networkDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const places = portPlaces(config, facts);
  const workers = portedWorkers(config, facts);
  return [
    ...places.flatMap((place) => [
      ...subnetOfNetwork(place),
      ...machineNetwork(place, facts),
      ...dhcp(place),
      ...familyDiagnostics(place, facts),
      ...place.facts.subnets.flatMap((subnet) => routes(place, subnet, workers)),
    ]),
    ...untagged(config, facts),
    ...fixedIps(config, facts),
  ];
}
