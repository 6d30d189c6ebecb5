import { BlockList, isIP, isIPv6, SocketAddress } from "node:net";

function parseCidr(cidr: string): { address: string; prefix: number } {
  const [address = "", prefix = "32"] = cidr.split("/");
  return { address, prefix: Number(prefix) };
}

const family = (address: string): "ipv4" | "ipv6" => (address.includes(":") ? "ipv6" : "ipv4");

/** Whether the address lies in the CIDR; of another address family it does not. */
export function contains(cidr: string, address: string): boolean {
  const network = parseCidr(cidr);
  if (family(network.address) !== family(address)) return false;
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, family(network.address));
  return list.check(address, family(address));
}

/** Whether all of `inner` lies in `outer`. */
export function within(outer: string, inner: string): boolean {
  return parseCidr(inner).prefix >= parseCidr(outer).prefix && contains(outer, parseCidr(inner).address);
}

/** Whether two CIDRs are of the same network. */
export const sameNetwork = (one: string, other: string): boolean => within(one, other) && within(other, one);

const canonical = (address: string): string =>
  isIP(address) === 0 ? address : new SocketAddress({ address, family: family(address) }).address;

/** Whether two texts are the same address: of IPv6 there are many for one. */
export const sameAddress = (one: string, other: string): boolean => canonical(one) === canonical(other);

/** The first address of a CIDR, which names the network. */
export function networkAddress(cidr: string): string {
  return parseCidr(cidr).address;
}

const toNumber = (address: string): number => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** How many addresses an IPv4 range has; of another family it is endless. */
export function addressCount(start: string, end: string): number {
  return family(start) === "ipv6" ? Number.POSITIVE_INFINITY : toNumber(end) - toNumber(start) + 1;
}

/** Whether an address is in an IPv4 range, both ends included. */
export function between(start: string, end: string, address: string): boolean {
  return family(address) === "ipv4" && toNumber(start) <= toNumber(address) && toNumber(address) <= toNumber(end);
}

/** The last address of an IPv4 CIDR. */
export function broadcast(cidr: string): string {
  const { address, prefix } = parseCidr(cidr);
  const bits = toNumber(address);
  const last = bits - (bits % 2 ** (32 - prefix)) + 2 ** (32 - prefix) - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join(".");
}

/** One spelling of an IP address: the shortest lower-case one for IPv6 (RFC 5952, as a URL's host has it). */
export function canonicalIp(address: string): string {
  if (!isIPv6(address) || address.includes("%")) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** A node's name as OpenShift's approver compares it: lower case, without a trailing dot (cluster-machine-approver, csr_check.go). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** The Nova server's id in `openstack:///<uuid>` or `openstack://<region>/<uuid>` (cloud-provider-openstack, OS_CCM_REGIONAL). */
export function serverIdOf(providerId: string | undefined): string | undefined {
  return /^openstack:\/\/[^/]*\/([^/]+)$/.exec(providerId ?? "")?.[1];
}
