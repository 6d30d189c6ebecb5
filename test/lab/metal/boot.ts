import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { ipVersion, machineNetwork, servedVersions } from "../settings.ts";
import { usbStickImage } from "./bmc.ts";
import { type ConfigDrive, readConfigDrive } from "./config-drive.ts";
import { hostsFile } from "./network/dhcp.ts";
import { type DhcpClient, dhcpClients } from "./network/dhcp-client.ts";
import { imageDir, imageDisk, readLabel, rootOf, writeLabel } from "./disk.ts";
import type { Machine } from "./faults.ts";
import { macsOf } from "./network/hosts.ts";
import { plug } from "./network/nic.ts";
import { type Lease, nodeIps, parseLease } from "./network/node-ip.ts";
import { awaitFile, consoleFile, run, startServices, switchOn } from "./sandbox.ts";
import { initScript, logFile, scriptDir, serviceScript, startScript } from "./services.ts";
import { enabledBy, environmentFile, parseService, type Service } from "./unit-file.ts";

/** What a machine does from the end of its firmware to the start of its services. */

export async function say(machine: Machine, text: string): Promise<void> {
  await mkdir(machine.dir, { recursive: true, mode: 0o700 });
  // Ignition prints the configurations it fetches, join secrets included.
  await appendFile(consoleFile(machine), `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
}

/** The machine has power and nothing more to do. */
export class Halt extends Error {}

/** Ignition as Debian's package installs it (for an initramfs built by dracut). */
const ignition = "/usr/lib/dracut/modules.d/30ignition/ignition";

async function runIgnition(machine: Machine, userData: Buffer, signal: AbortSignal): Promise<void> {
  await writeFile(path.join(rootOf(machine), "run/user-data.ign"), userData);
  for (const stage of ["fetch", "files"]) {
    const options = ["-platform", "file", "-stage", stage, "-root", "/", "-log-to-stdout"];
    const env = { IGNITION_CONFIG_FILE: "/run/user-data.ign" };
    const status = await run(machine, [ignition, ...options], signal, env);
    if (status !== 0) throw new Halt(`Ignition's stage ${stage} failed with status ${status}: emergency shell`);
  }
}

async function readText(machine: Machine, name: string): Promise<string | undefined> {
  const file = path.join(rootOf(machine), name);
  return existsSync(file) ? await readFile(file, "utf8") : undefined;
}

/** OpenShift's nodeip-configuration and openstack-kubelet-nodename units tell the kubelet these two by drop-ins. */
async function writeFacts(machine: Machine, name: string, addresses: readonly string[]): Promise<void> {
  const root = rootOf(machine);
  const folder = path.join(root, "etc/systemd/system/kubelet.service.d");
  await mkdir(folder, { recursive: true });
  const facts = {
    "20-nodenet.conf": `"KUBELET_NODE_IP=${addresses[0]}" "KUBELET_NODE_IPS=${addresses.join(",")}"`,
    "20-openstack-node-name.conf": `"KUBELET_NODE_NAME=${name}"`,
  };
  for (const [file, fact] of Object.entries(facts)) {
    await writeFile(path.join(folder, file), `[Service]\nEnvironment=${fact}\n`);
  }
}

/** Texts of a unit's drop-ins on the disk, in the order of their names, as systemd.unit(5) says. */
async function readDropIns(machine: Machine, unit: string): Promise<string[]> {
  const folder = path.join(rootOf(machine), `etc/systemd/system/${unit}.d`);
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith(".conf")).sort();
  return await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
}

/** A unit with its drop-ins; undefined when neither the disk nor the image has it. */
async function loadService(machine: Machine, name: string): Promise<Service | undefined> {
  const own = await readText(machine, `etc/systemd/system/${name}`);
  const image = path.join(await imageDir(), "usr/lib/systemd/system", name);
  if (own === undefined && !existsSync(image)) return undefined;
  return parseService(name, own ?? (await readFile(image, "utf8")), await readDropIns(machine, name));
}

/** The services that Ignition enabled, after those of the image that they require. */
async function enabledServices(machine: Machine): Promise<Service[]> {
  const preset = (await readText(machine, "etc/systemd/system-preset/20-ignition.preset")) ?? "";
  const names = preset.split("\n").flatMap((line) => /^enable (\S+\.service)$/.exec(line)?.[1] ?? []);
  const services = new Map<string, Service>();
  const add = async (name: string): Promise<void> => {
    const service = services.has(name) ? undefined : await loadService(machine, name);
    if (!service) return;
    for (const required of service.requires) await add(required);
    services.set(name, service);
  };
  for (const name of names.filter((each) => enabledBy(preset, each))) await add(name);
  return [...services.values()];
}

async function environmentOf(machine: Machine, service: Service): Promise<Record<string, string>> {
  const result = { ...service.environment };
  for (const { path: file, optional } of service.environmentFiles) {
    const text = await readText(machine, file);
    if (text === undefined && !optional) throw new Halt(`${service.name}: environment file ${file} is missing`);
    Object.assign(result, environmentFile(text ?? ""));
  }
  return result;
}

async function prepareServices(machine: Machine): Promise<void> {
  const services = await enabledServices(machine);
  if (!services.some(({ name }) => name === "kubelet.service"))
    throw new Halt("no kubelet.service is enabled on the disk");
  if ((await readText(machine, "etc/kubernetes/kubelet.conf")) === undefined) {
    throw new Halt("the disk has no /etc/kubernetes/kubelet.conf");
  }
  const folder = path.join(rootOf(machine), scriptDir);
  await mkdir(folder, { recursive: true });
  for (const service of services) {
    const ready = services
      .filter(({ name }) => service.requires.includes(name))
      .flatMap(({ readyPath }) => readyPath ?? []);
    const script = serviceScript(service, await environmentOf(machine, service), ready);
    await writeFile(path.join(folder, `${service.name}.sh`), script);
  }
  await writeFile(path.join(rootOf(machine), startScript), initScript(services));
  await say(machine, `starting ${services.map(({ name }) => `${name} (log ${logFile(name)})`).join(", ")}`);
}

/** Finds what to boot: the drive of a new deployment means a disk that has just been written. */
async function findDisk(machine: Machine, signal: AbortSignal): Promise<ConfigDrive | undefined> {
  const url = await pRetry(() => usbStickImage(machine.uuid), { retries: 5, signal });
  const drive =
    url === undefined
      ? undefined
      : await pRetry(() => readConfigDrive(url, machine.dir, signal), { retries: 5, signal });
  const label = await readLabel(machine);
  if (!drive && !label) throw new Halt("no bootable device");
  if (drive && drive.deployment !== label?.deployment) {
    await say(machine, `new deployment ${drive.deployment}: the disk has been written anew`);
    await imageDisk(machine, drive.deployment);
  }
  return drive;
}

/** Asks for a card's address; the client goes on for as long as the machine has power. */
async function lease(machine: Machine, card: string, client: DhcpClient, signal: AbortSignal): Promise<Lease> {
  const running = run(machine, client.command(card), signal);
  const line = await Promise.race([
    awaitFile(machine, `${client.leases}/${card}`, signal),
    running.then(() => undefined),
  ]);
  if (typeof line !== "string") throw new Halt(`the DHCP client of ${card} has ended`);
  running.catch(() => undefined); // ends with the machine
  return parseLease(line);
}

/** ms that a card with an address waits for one of the other version: many networks have none. */
const patience = 20_000;

/** The leases of a card: of a lab of both versions one or two, as NetworkManager takes what it gets (may-fail). */
async function leasesOf(machine: Machine, card: string, signal: AbortSignal): Promise<Lease[]> {
  const others = servedVersions.filter((version) => version !== ipVersion);
  const optional = others.map((version) =>
    Promise.race([
      lease(machine, card, dhcpClients[version], signal),
      sleep(patience, undefined, { signal, ref: false }),
    ]),
  );
  const leases = await Promise.all([lease(machine, card, dhcpClients[ipVersion], signal), ...optional]);
  return leases.filter((each) => each !== undefined);
}

/**
 * @throws Halt when the machine has nothing to run
 */
export async function boot(machine: Machine, signal: AbortSignal): Promise<void> {
  const drive = await findDisk(machine, signal);
  signal.throwIfAborted();
  const cards = await plug(machine, macsOf(await readFile(hostsFile, "utf8")));
  await switchOn(machine);
  const leases = await Promise.all(cards.map((card) => leasesOf(machine, card, signal)));
  const addresses = nodeIps(leases, [machineNetwork.apiVip]);
  if (addresses.length === 0) throw new Halt("no address that the kubelet can have");
  const name = drive?.name ?? (await readText(machine, "etc/hostname"))?.trim() ?? "localhost";
  const all = leases.flat().map((each) => each.address);
  await say(machine, `${name} has the addresses ${all.join(", ")}, its Node ${addresses.join(", ")}`);
  const label = await readLabel(machine);
  if (label && !label.ignited) {
    await say(machine, drive?.userData ? "first boot: Ignition" : "first boot without user data");
    if (drive?.userData) await runIgnition(machine, drive.userData, signal);
    await writeLabel(machine, { ...label, ignited: true });
  }
  await writeFile(path.join(rootOf(machine), "etc/hostname"), `${name}\n`);
  await run(machine, ["hostname", name], signal);
  await writeFacts(machine, name, addresses);
  await prepareServices(machine);
  signal.throwIfAborted();
  await startServices(machine, startScript);
}
