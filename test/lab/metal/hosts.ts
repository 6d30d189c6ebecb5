import { isIPv4 } from "node:net";

/** What the DHCP server must know of a Neutron port. */
export interface Port {
  readonly mac_address: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
}

/** A dnsmasq --dhcp-hostsfile: a line for each port that has an IPv4 address, in a stable order. */
export function renderHosts(ports: readonly Port[]): string {
  const lines = ports.flatMap(({ mac_address, fixed_ips }) => {
    const address = fixed_ips.find(({ ip_address }) => isIPv4(ip_address))?.ip_address;
    return address ? [`${mac_address.toLowerCase()},${address}\n`] : [];
  });
  return lines.sort().join("");
}

/**
 * Whether a lease that dnsmasq may have given out is void: its pair of MAC and address is gone. dnsmasq keeps a lease over
 * SIGHUP, and would refuse the address to the next MAC.
 */
export function voidsLease(before: string, after: string): boolean {
  const kept = new Set(after.split("\n"));
  return before.split("\n").some((line) => !kept.has(line));
}
