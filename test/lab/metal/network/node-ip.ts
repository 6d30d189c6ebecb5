import { contains } from "../../../../components/lib/ip.ts";

/** What a card's DHCP client was given. */
export interface Lease {
  readonly address: string;
  /** `10.0.0.0/24`, or any address of it in place of the first; of IPv6 by the prefix that the router advertises */
  readonly subnet: string;
  /** undefined: none */
  readonly router: string | undefined;
}

/** A line that the DHCP client writes: address, prefix and routers. */
export function parseLease(line: string): Lease {
  const [subnet = "", router] = line.trim().split(/\s+/);
  return { address: subnet.split("/")[0] ?? "", subnet, router };
}

/**
 * The address that OpenShift's nodeip-configuration chooses for the kubelet (baremetal-runtimecfg, `node-ip set <API VIPs>`):
 * one whose subnet holds a virtual address of the API; without such, that of the default route with the lowest metric. Of
 * several of the first kind it takes any, as Go's maps are in no order: the lab takes the last, which is least expected.
 * @param leases in the order of the cards, as the metrics of their routes are
 */
export function nodeIp(leases: readonly Lease[], vips: readonly string[]): string | undefined {
  const direct = leases.filter(({ subnet }) => vips.some((vip) => contains(subnet, vip)));
  return (direct.at(-1) ?? leases.find(({ router }) => router !== undefined))?.address;
}
