import { ipVersion } from "../../settings.ts";

/**
 * A machine's DHCP client: the Debian package that has it, and the command that asks for the address of a card for as long
 * as the machine has power. It writes a line of the lease to /run/dhcp/<card> (node-ip.ts).
 */
export const dhcpClient = {
  4: {
    package: "udhcpc",
    command: (card: string): string[] => {
      const often = ["-f", "-t", "3", "-T", "1", "-A", "1"];
      return ["udhcpc", "-i", card, ...often, "-O", "mtu", "-s", "/usr/libexec/dhcp-event"];
    },
  },
  6: { package: "isc-dhcp-client", command: (card: string): string[] => ["/usr/libexec/dhcp6-client", card] },
}[ipVersion];
