import { contains, type IpVersion, ipVersionOf } from "../../../components/lib/ip.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { SubnetFacts } from "../../discovery/read.ts";

/** Whether the subnets of a port give the addresses that its Node needs: one of each family of the cluster. */

/** A port in the config: its path, and its subnets. */
interface PortPlace {
  readonly path: string;
  readonly facts: { readonly subnets: readonly SubnetFacts[] };
}

/** A port in a subnet of the API's virtual IP gives the Node its addresses, see checks/node-address.ts. */
const isOfNode = ({ path, facts: { subnets } }: PortPlace, { cluster }: PreflightFacts): boolean =>
  path === "machineNetwork" || subnets.some(({ cidr }) => cluster.apiVips.some((vip) => contains(cidr, vip)));

const quoted = ({ name, cidr }: SubnetFacts): string => `"${name}" (${cidr})`;

function repeatedFamily({ path, facts: { subnets } }: PortPlace): Diagnostic[] {
  const families = Map.groupBy(subnets, ({ cidr }) => ipVersionOf(cidr));
  return [...families]
    .filter(([, all]) => all.length > 1)
    .map(([version, all]) => ({
      check: "subnet-of-network",
      path: `${path}.subnet`,
      problem: `${all.map(quoted).join(" and ")} are both IPv${version}`,
      expected: "one subnet, or for dual-stack one of each IP version",
      remedy: "remove one of them; another port in the same network is another entry of networks",
    }));
}

/**
 * Neutron makes the address of such a subnet from the port's MAC, and another one when Ironic gives the port that of the
 * machine (neutron/db/ipam_pluggable_backend.py, update_port_with_ips): what the port had when it was created is never the
 * machine's, and its certificate would stay pending.
 */
function automatic({ path, facts: { subnets } }: PortPlace): Diagnostic[] {
  return subnets.flatMap((subnet) => {
    if (subnet.autoAddress === undefined) return [];
    return {
      check: "address-mode",
      path: `${path}.subnet`,
      problem: `in ${quoted(subnet)} a machine makes its own address (${subnet.autoAddress})`,
      expected:
        "ipv6_address_mode dhcpv6-stateful: the address must be known before the machine's MAC is, or its certificate is not approved",
      remedy: `name a subnet of mode dhcpv6-stateful in ${path}.subnet; the mode of a subnet cannot be changed`,
    };
  });
}

/** The families of the cluster's Nodes; none: unknown. */
function familiesOf({ machineNetworks, apiVips }: PreflightFacts["cluster"]): ReadonlySet<IpVersion> {
  return new Set([...machineNetworks, ...apiVips].map(ipVersionOf));
}

function missingFamily({ path, facts: { subnets } }: PortPlace, { cluster }: PreflightFacts): Diagnostic[] {
  return [...familiesOf(cluster)]
    .filter((version) => subnets.every(({ cidr }) => ipVersionOf(cidr) !== version))
    .map((version) => ({
      check: "ip-families",
      path: `${path}.subnet`,
      problem: `no IPv${version} address comes from ${subnets.map(quoted).join(" and ")}`,
      expected: `an address of each IP version of the cluster (machine networks ${cluster.machineNetworks.join(", ") || "unknown"}, API ${cluster.apiVips.join(", ")})`,
      remedy: `set ${path}.network, and ${path}.subnet to [<IPv4 subnet>, <IPv6 subnet>]; an existing worker is then drained and replaced`,
      warning: true as const,
    }));
}

export const familyDiagnostics = (place: PortPlace, facts: PreflightFacts): Diagnostic[] => [
  ...repeatedFamily(place),
  ...(isOfNode(place, facts) ? [...automatic(place), ...missingFamily(place, facts)] : []),
];
