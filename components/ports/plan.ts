import { portDescription } from "./description.ts";
import { clusterTag, portName } from "./names.ts";

/** An option that the network's DHCP server gives to a port. */
export interface DhcpOption {
  readonly name: string;
  readonly value: string;
  readonly ipVersion: 4 | 6;
}

/** One port of a worker, as far as it does not depend on the worker. */
export interface PortTemplate {
  readonly networkId: string;
  /** a subnet of the cluster's machine networks */
  readonly subnetId: string;
  /** empty: Neutron chooses, the project's default group, and a port that is there keeps its own */
  readonly securityGroupIds: readonly string[];
  /** virtual addresses of the cluster's ingress in the port's subnet, which any worker may have to answer for */
  readonly virtualAddresses: readonly string[];
  /** addresses or CIDRs that the port may answer for besides its own and these */
  readonly allowedAddresses: readonly string[];
  /** besides the cluster's own */
  readonly tags: readonly string[];
  /** undefined: not said, a new port has none, and a port that is there keeps its own */
  readonly dhcpOptions: readonly DhcpOption[] | undefined;
  /** undefined: Neutron chooses */
  readonly fixedIp?: string | undefined;
}

export interface PortPlanArgs {
  readonly worker: string;
  readonly infraId: string;
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** address of the worker, on its first port; undefined: Neutron chooses */
  readonly fixedIp: string | undefined;
  /** the worker's ports in their order, at least one */
  readonly ports: readonly PortTemplate[];
}

export interface PlannedPort extends PortTemplate {
  readonly name: string;
  readonly fixedIp: string | undefined;
  /** whose port it is, and what the config adds to the allowed addresses */
  readonly description: string;
}

/** The ports of a worker. The first has the address that the worker asks for. */
export function planPorts({ worker, infraId, owner, fixedIp, ports }: PortPlanArgs): PlannedPort[] {
  return ports.map((port, i) => ({
    ...port,
    name: portName(worker, i),
    fixedIp: i === 0 ? fixedIp : port.fixedIp,
    allowedAddresses: [...new Set([...port.virtualAddresses, ...port.allowedAddresses])].sort(),
    tags: [...new Set([clusterTag(infraId), ...port.tags])],
    description: portDescription(owner, port.allowedAddresses),
  }));
}
