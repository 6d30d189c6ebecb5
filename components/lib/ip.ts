import ipaddr from "ipaddr.js";
import { isIP, isIPv6 } from "node:net";

/**
 * Addresses and networks of both families. An IPv4-mapped IPv6 address (`::ffff:10.0.0.5`) is the IPv4 address that it
 * maps, as it is to Go (net.IP) and so to every OpenShift component. A text that is no address is in no network or range.
 */

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [address: Address, prefix: number];

/**
 * `isIP` first: ipaddr.js alone also reads the octal, hexadecimal and shortened forms of inet_aton. What `isIP` takes,
 * ipaddr.js can parse, but for some zones (`fe80::1%en-0`).
 */
const parseAddress = (text: string): Address | undefined =>
  isIP(text) !== 0 && (!text.includes("%") || ipaddr.isValid(text)) ? ipaddr.process(text) : undefined;

function parseNetwork(cidr: string): Network | undefined {
  const [text = "", length = ""] = cidr.split("/");
  const address = parseAddress(text);
  if (address === undefined || !ipaddr.isValidCIDR(cidr)) return undefined;
  const isMapped = text.includes(":") && address.kind() === "ipv4";
  if (!isMapped) return [address, Number(length)];
  return Number(length) < 96 ? ipaddr.parseCIDR(cidr) : [address, Number(length) - 96];
}

const toCidr = ([address, prefix]: Network): string => `${address.toString()}/${prefix}`;

function matches(network: Network, address: Address): boolean {
  return network[0].kind() === address.kind() && address.match(network);
}

const toBigInt = (address: Address): bigint => BigInt(`0x${Buffer.from(address.toByteArray()).toString("hex")}`);

/** Whether the address lies in the CIDR; one of the other address family does not. */
export function contains(cidr: string, address: string): boolean {
  const network = parseNetwork(cidr);
  const parsed = parseAddress(address);
  return network !== undefined && parsed !== undefined && matches(network, parsed);
}

/** Whether every address of `inner` lies in `outer`. */
export function isSubnetOf(inner: string, outer: string): boolean {
  const [subnet, network] = [parseNetwork(inner), parseNetwork(outer)];
  return subnet !== undefined && network !== undefined && subnet[1] >= network[1] && matches(network, subnet[0]);
}

/** Whether two CIDRs have the same addresses. */
export const sameNetwork = (one: string, other: string): boolean => isSubnetOf(one, other) && isSubnetOf(other, one);

/**
 * The one canonical spelling of an address: of IPv6 the shortest in lower case (RFC 5952). Other text stays as it is, and
 * so does IPv4, which has one spelling only: every judgement of a certificate request compares addresses.
 */
export function canonicalIp(address: string): string {
  return isIPv6(address) ? (parseAddress(address)?.toString() ?? address) : address;
}

/** An address, or a CIDR, whose address is in its one spelling. */
export function canonicalCidr(text: string): string {
  const network = parseNetwork(text);
  return network ? toCidr(network) : canonicalIp(text);
}

export type IpVersion = 4 | 6;

/** The family of an address or a CIDR. */
export function ipVersionOf(text: string): IpVersion {
  const address = parseNetwork(text)?.[0] ?? parseAddress(text);
  return address?.kind() === "ipv6" ? 6 : 4;
}

/** Whether two texts are the same address. */
export const sameAddress = (one: string, other: string): boolean => canonicalIp(one) === canonicalIp(other);

/** The first address of a CIDR, undefined for what is none. In an IPv4 network no host may have it. */
export function networkAddress(cidr: string): string | undefined {
  const network = parseNetwork(cidr);
  if (network === undefined) return undefined;
  const family = network[0].kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(toCidr(network)).toString();
}

/** The broadcast address of a CIDR; undefined for IPv6 and for IPv4 networks without one (/31 and /32, RFC 3021). */
export function broadcastAddress(cidr: string): string | undefined {
  const network = parseNetwork(cidr);
  if (network?.[0].kind() !== "ipv4" || network[1] > 30) return undefined;
  return ipaddr.IPv4.broadcastAddressFromCIDR(toCidr(network)).toString();
}

/** How many addresses a range has, both ends included: a single IPv6 subnet has more than a number can count. */
export function addressCount(start: string, end: string): bigint {
  return toBigInt(ipaddr.process(end)) - toBigInt(ipaddr.process(start)) + 1n;
}

/** Whether an address is in a range, both ends included. */
export function inRange(start: string, end: string, address: string): boolean {
  const [first, last, parsed] = [parseAddress(start), parseAddress(end), parseAddress(address)];
  if (!first || !last || first.kind() !== parsed?.kind()) return false;
  return toBigInt(first) <= toBigInt(parsed) && toBigInt(parsed) <= toBigInt(last);
}
