import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { rootOf } from "../../../lab/metal/disk.ts";
import type { Machine } from "../../../lab/metal/faults.ts";
import { cardName, mtuOf } from "../../../lab/metal/network/nic.ts";
import { ipVersion, storageNetwork } from "../../../lab/settings.ts";

const [timeServer, otherServer] = [11, 12].map(storageNetwork.host);

/** What the machine's time service was told by the DHCP server of a card (chrony's folder of such sources). */
async function sourcesOf(machine: Machine, card: number): Promise<string> {
  const file = path.join(rootOf(machine), "run/chrony-dhcp", `${cardName(card)}.sources`);
  return existsSync(file) ? await readFile(file, "utf8") : "";
}

/**
 * A DHCP option, what an edit makes of it, both as the program shows them, and what a machine makes of the first. DHCPv6 knows
 * none for the MTU, and one of IPv6 cannot be removed (components/ports/in-place.ts).
 * `effect`: of a card without it, and of one with it.
 */
export const dhcpOption = {
  4: {
    first: [{ name: "mtu", value: "1450" }],
    edited: [],
    shown: "mtu=1450 -> none",
    of: async (machine: Machine, card: number) => String(await mtuOf(machine, card)),
    effect: ["1500", "1450"],
  },
  6: {
    first: [{ name: "sntp-server", value: `[${timeServer}]`, ipVersion }],
    edited: [{ name: "sntp-server", value: `[${otherServer}]`, ipVersion }],
    shown: `sntp-server=[${timeServer}] (IPv6) -> sntp-server=[${otherServer}] (IPv6)`,
    of: sourcesOf,
    effect: ["", `server ${timeServer} iburst\n`],
  },
}[ipVersion];

/** DHCP options of a port, as Neutron shows them. */
export const inNeutron = (options: readonly { readonly name: string; readonly value: string }[]): object[] =>
  options.map(({ name, value }) => ({ opt_name: name, opt_value: value, ip_version: ipVersion }));
