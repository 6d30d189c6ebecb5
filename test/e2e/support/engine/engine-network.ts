import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import path from "node:path";
import { join } from "../../../component/support/proxy.ts";
import { sh } from "../../../lab/runtime/sh.ts";
import { hostPort, loopback, machineNetwork, ports } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";
import { writeClouds } from "../cloud/clouds-yaml.ts";
import { makeRegion } from "../cloud/region.ts";

const { bridge, gateway } = machineNetwork;
const name = "obc-engine";
const region = "RegionEngine";

/** Behind the addresses that Neutron gives away. */
const address = `${machineNetwork.host(250)}/${machineNetwork.prefix}`;

/** Enters the engine's network namespace; a command is appended. */
export const throughEngineNetwork = ["ip", "netns", "exec", name];

const inside = (...args: readonly string[]): Promise<string> => sh("ip", ["-netns", name, ...args]);

async function remove(): Promise<void> {
  if (existsSync(`/sys/class/net/${name}`)) await sh("ip", ["link", "delete", name]);
  if (existsSync(`/run/netns/${name}`)) await sh("ip", ["netns", "delete", name]);
}

/** Makes a service that listens on this machine's loopback alone reachable from the bridge, on the same port. */
async function expose(port: number, cleanup: Cleanup): Promise<void> {
  const server = createServer((client) => join(client, connect(port, loopback)));
  await once(server.listen(port, gateway), "listening");
  cleanup.push(() => server.close());
}

/**
 * Makes a network namespace for the engine, its plugins and the program, as a computer of its own beside cloud and cluster,
 * and a region of the cloud that is reached from there.
 *
 * @returns the environment that names the region
 */
export async function makeEngineNetwork(cleanup: Cleanup): Promise<Record<string, string>> {
  await remove();
  cleanup.push(remove);
  await sh("ip", ["netns", "add", name]);
  await sh("ip", ["link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name]);
  await sh("ip", ["link", "set", name, "master", bridge, "up"]);
  await inside("link", "set", "lo", "up");
  await inside("address", "add", address, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
  for (const port of [ports.nova, ports.neutron, ports.glance]) await expose(port, cleanup);
  const at = (port: number): string => `http://${hostPort(gateway, port)}`;
  const endpoints = { compute: `${at(ports.nova)}/v2.1`, network: at(ports.neutron), image: at(ports.glance) };
  cleanup.push(await makeRegion(region, endpoints));
  const clouds = path.join(await cleanup.folder("engine-network"), "clouds.yaml");
  return writeClouds(clouds, (entry) => (entry["region_name"] = region));
}

/** Pulls the cable of that computer out, or puts it back: nothing is refused, packets are lost. */
export const plugEngine = (on: boolean): Promise<unknown> => sh("ip", ["link", "set", name, on ? "up" : "down"]);
