import type { IpVersion } from "../../../../components/lib/ip.ts";

/** A machine's DHCP client of an IP version. */
export interface DhcpClient {
  /** of Debian */
  readonly package: string;
  /** on the machine's disk: it writes a line of a card's lease (node-ip.ts) to a file there, of the card's name */
  readonly leases: string;
  /** asks for the address of a card for as long as the machine has power */
  command(card: string): string[];
}

export const dhcpClients: Readonly<Record<IpVersion, DhcpClient>> = {
  4: {
    package: "udhcpc",
    leases: "run/dhcp",
    command: (card: string): string[] => {
      const often = ["-f", "-t", "3", "-T", "1", "-A", "1"];
      return ["udhcpc", "-i", card, ...often, "-O", "mtu", "-s", "/usr/libexec/dhcp-event"];
    },
  },
  6: {
    package: "isc-dhcp-client",
    leases: "run/dhcp6",
    command: (card: string): string[] => ["/usr/libexec/dhcp6-client", card],
  },
};
