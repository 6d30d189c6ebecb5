import { existsSync } from "node:fs";
import { sh } from "../../runtime/sh.ts";
import { physicalNetworks } from "../../settings.ts";
import type { Machine } from "../faults.ts";

/** A machine's network cards: ends of veth pairs with the machine's MACs, in a network namespace of its own. */

type Socket = Pick<Machine, "namespace" | "nics">;

export const namespaceFile = (machine: Pick<Machine, "namespace">): string => `/run/netns/${machine.namespace}`;

/** Name of a card inside the machine. */
export const cardName = (card: number): string => `eth${card}`;

/** The ends on the bridges, the first called like the namespace (an interface's name has 15 characters at most). */
const cable = ({ namespace }: Socket, card: number): string => (card === 0 ? namespace : `${namespace}-${card}`);

const cables = (machine: Socket): string[] => machine.nics.map((_, card) => cable(machine, card));

export async function unplug(machine: Socket): Promise<void> {
  // The pair goes with either end, and the namespace may hold on to its end for a while.
  for (const name of cables(machine))
    if (existsSync(`/sys/class/net/${name}`)) await sh("ip", ["link", "delete", name]);
  if (existsSync(namespaceFile(machine))) await sh("ip", ["netns", "delete", machine.namespace]);
}

/**
 * Puts the cards in and gives the names of those that have a link: the first, from which machines boot, and of the others
 * those that a port is bound to. The switch keeps the rest off (networking-generic-switch, ngs_disable_inactive_ports).
 */
export async function plug(machine: Socket, timeout: ReadonlySet<string>): Promise<string[]> {
  await unplug(machine);
  const { namespace, nics } = machine;
  await sh("ip", ["netns", "add", namespace]);
  await sh("ip", ["-netns", namespace, "link", "set", "lo", "up"]);
  const linked: string[] = [];
  for (const [card, { mac, physicalNetwork }] of nics.entries()) {
    const inside = ["name", cardName(card), "address", mac, "netns", namespace];
    await sh("ip", ["link", "add", cable(machine, card), "type", "veth", "peer", ...inside]);
    const on = card === 0 || timeout.has(mac);
    const master = ["master", physicalNetworks[physicalNetwork]];
    await sh("ip", ["link", "set", cable(machine, card), ...master, ...(on ? ["up"] : [])]);
    if (on) linked.push(cardName(card));
  }
  return linked;
}

/** Pulls the cables out of the cards, or puts them back. */
export async function setCarrier(machine: Socket, on: boolean): Promise<void> {
  for (const name of cables(machine)) await sh("ip", ["link", "set", name, on ? "up" : "down"]);
}

/** The largest packet that a card sends, as the machine has set it. */
export async function mtuOf({ namespace }: Socket, card: number): Promise<number | undefined> {
  const links = await sh("ip", ["-netns", namespace, "-json", "link", "show", "dev", cardName(card)]);
  return (JSON.parse(links) as { readonly mtu: number }[])[0]?.mtu;
}
