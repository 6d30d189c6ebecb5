import { contains, ipVersionOf } from "../../../../components/lib/ip.ts";

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
 * The addresses that OpenShift's nodeip-configuration chooses for the kubelet (baremetal-runtimecfg, `node-ip set <API VIPs>`):
 * first one whose subnet holds a virtual address of the API; without such, that of the default route with the lowest metric.
 * Of several of the first kind it takes any, as Go's maps are in no order: the lab takes the last, which is least expected.
 * Then one of the other IP version, if that card has one.
 * @param cards leases of each card, in the order of the cards, as the metrics of their routes are
 * @returns empty: there is none
 */
export function nodeIps(cards: readonly (readonly Lease[])[], vips: readonly string[]): string[] {
  const leases = cards.flat();
  const direct = leases.filter(({ subnet }) => vips.some((vip) => contains(subnet, vip)));
  const first = direct.at(-1) ?? leases.find(({ router }) => router !== undefined);
  if (!first) return [];
  const card = cards.find((own) => own.includes(first)) ?? [];
  const other = card.find(({ address }) => ipVersionOf(address) !== ipVersionOf(first.address));
  return [first, ...(other ? [other] : [])].map(({ address }) => address);
}
