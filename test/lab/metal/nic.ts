import { existsSync } from "node:fs";
import { sh } from "../core/sh.ts";
import { machineNetwork } from "../settings.ts";
import type { Machine } from "./faults.ts";

/** A machine's network card: one end of a veth pair with the machine's MAC, in a network namespace of its own. */

export const namespaceFile = (machine: Pick<Machine, "namespace">): string => `/run/netns/${machine.namespace}`;

/** The end on the bridge, called like the namespace (an interface's name has 15 characters at most). */
const cable = (machine: Pick<Machine, "namespace">): string => machine.namespace;

export async function unplug(machine: Pick<Machine, "namespace">): Promise<void> {
  // The pair goes with either end, and the namespace may hold on to its end for a while.
  if (existsSync(`/sys/class/net/${cable(machine)}`)) await sh("ip", ["link", "delete", cable(machine)]);
  if (existsSync(namespaceFile(machine))) await sh("ip", ["netns", "delete", machine.namespace]);
}

export async function plug(machine: Pick<Machine, "namespace" | "mac">): Promise<void> {
  await unplug(machine);
  const { namespace, mac } = machine;
  await sh("ip", ["netns", "add", namespace]);
  const card = ["name", "eth0", "address", mac, "netns", namespace];
  await sh("ip", ["link", "add", cable(machine), "type", "veth", "peer", ...card]);
  await sh("ip", ["link", "set", cable(machine), "master", machineNetwork.bridge, "up"]);
  await sh("ip", ["-netns", namespace, "link", "set", "lo", "up"]);
}

/** Pulls the cable out of the card, or puts it back. */
export const setCarrier = (machine: Pick<Machine, "namespace">, on: boolean): Promise<string> =>
  sh("ip", ["link", "set", cable(machine), on ? "up" : "down"]);
