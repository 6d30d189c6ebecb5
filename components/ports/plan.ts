import { canonicalCidr, canonicalIp, type IpVersion, ipVersionOf } from "../lib/ip.ts";
import { portDescription } from "./description.ts";
import { clusterTag, portName } from "./names.ts";
import { type PlannedTrunk, planTrunk, type TrunkTemplate } from "./trunk.ts";

/** An option that the network's DHCP server gives to a port. */
export interface DhcpOption {
  readonly name: string;
  readonly value: string;
  readonly ipVersion: 4 | 6;
}

/** A subnet that a port has an address of. */
export interface PortSubnet {
  readonly id: string;
  readonly ipVersion: IpVersion;
  /** it was found by its tag, and another one, too: a port that is there with an address of one of them stays as it is */
  readonly isOptional?: boolean;
}

/** One port of a worker, as far as it does not depend on the worker. */
export interface PortTemplate {
  readonly networkId: string;
  /** subnets of the cluster's machine networks, at most one of each family */
  readonly subnets: readonly PortSubnet[];
  /** empty: Neutron chooses, the project's default group, and a port that is there keeps its own */
  readonly securityGroupIds: readonly string[];
  /** virtual addresses of the cluster's ingress in the port's subnets, which any worker may have to answer for */
  readonly virtualAddresses: readonly string[];
  /** addresses or CIDRs that the port may answer for besides its own and these */
  readonly allowedAddresses: readonly string[];
  /** besides the cluster's own */
  readonly tags: readonly string[];
  /** undefined: a new port is as its network, and a port that is there as it is */
  readonly portSecurity?: false | undefined;
  /** undefined: not said, a new port has none, and a port that is there keeps its own */
  readonly dhcpOptions: readonly DhcpOption[] | undefined;
  /** at most one of each family; of a family that has none Neutron chooses */
  readonly fixedIps?: readonly string[];
  /** undefined: none */
  readonly trunk?: TrunkTemplate | undefined;
}

export interface PortPlanArgs {
  readonly worker: string;
  readonly infraId: string;
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** addresses of the worker, on its first port, at most one of each family; of a family that has none Neutron chooses */
  readonly fixedIps: readonly string[];
  /** the worker's ports in their order, at least one */
  readonly ports: readonly PortTemplate[];
}

/** An address of a port, as the config says it. */
export interface PlannedAddress {
  readonly subnetId: string;
  /** undefined: Neutron chooses */
  readonly ipAddress: string | undefined;
  /** a port that is there without it, but with another one of these, stays as it is */
  readonly isOptional: boolean;
}

export interface PlannedPort extends Omit<PortTemplate, "subnets" | "fixedIps" | "trunk"> {
  readonly name: string;
  /** one in each subnet, IPv4 first */
  readonly addresses: readonly PlannedAddress[];
  /** whose port it is, what the config adds to the allowed addresses, and whether it has a trunk */
  readonly description: string;
  readonly trunk?: PlannedTrunk;
}

function planAddresses(subnets: readonly PortSubnet[], fixedIps: readonly string[]): PlannedAddress[] {
  return subnets
    .toSorted((one, other) => one.ipVersion - other.ipVersion)
    .map(({ id, ipVersion, isOptional = false }) => {
      const fixed = fixedIps.find((ip) => ipVersionOf(ip) === ipVersion);
      const ipAddress = fixed === undefined ? undefined : canonicalIp(fixed);
      return { subnetId: id, ipAddress, isOptional: isOptional && ipAddress === undefined };
    });
}

/** The ports of a worker. The first has the addresses that the worker asks for. */
export function planPorts({ worker, infraId, owner, fixedIps: own, ports }: PortPlanArgs): PlannedPort[] {
  return ports.map(({ subnets, fixedIps = [], trunk, ...port }, i) => {
    const name = portName(worker, i);
    return {
      ...port,
      name,
      addresses: planAddresses(subnets, i === 0 ? own : fixedIps),
      allowedAddresses: [...new Set([...port.virtualAddresses, ...port.allowedAddresses].map(canonicalCidr))].sort(),
      tags: [...new Set([clusterTag(infraId), ...port.tags])],
      description: portDescription(owner, port.allowedAddresses.map(canonicalCidr), trunk !== undefined),
      ...(trunk && { trunk: planTrunk({ worker, port: name, infraId, owner }, trunk) }),
    };
  });
}
