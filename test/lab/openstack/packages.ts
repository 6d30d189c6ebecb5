import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { dhcpClients } from "../metal/network/dhcp-client.ts";
import { install, isInstalled } from "../runtime/apt.ts";
import { sh } from "../runtime/sh.ts";
import type { Step } from "../runtime/step.ts";
import { servedVersions, stateDir } from "../settings.ts";
import { findPython } from "./python.ts";

/** Debian packages of the whole lab; the commands that each one is for. */
const packages: Readonly<Record<string, string>> = {
  "dnsmasq-base": "dnsmasq",
  gcc: "builds the few Python packages that PyPI has no wheel of",
  genisoimage: "Nova's config drives",
  haproxy: "TLS in front of Keystone and Swift",
  ignition: "the Ignition binary that the machines run",
  iproute2: "ip",
  openssl: "openssl",
  postgresql: "initdb, postgres, pg_basebackup",
  "python3-dev": "Python.h",
  "rabbitmq-server": "RabbitMQ and Erlang",
  ...Object.fromEntries(servedVersions.map((version) => [dhcpClients[version].package, "the machines' DHCP client"])),
  "util-linux": "setpriv",
};

/** System services that come with these packages and would listen beside the lab's own. */
const services: Readonly<Record<string, readonly string[]>> = {
  haproxy: ["haproxy"],
  postgresql: ["postgresql"],
  "rabbitmq-server": ["rabbitmq-server", "epmd.socket", "epmd"],
};

async function missing(): Promise<string[]> {
  const names = Object.keys(packages);
  const have = await Promise.all(names.map(isInstalled));
  const wanted = names.filter((_, index) => !have[index]);
  const python = await findPython();
  const pip = python === undefined || python.pip || (await isInstalled("python3-pip"));
  return pip ? wanted : [...wanted, "python3-pip"];
}

const systemd = existsSync("/run/systemd/system");
const script = (name: string): string => path.join("/etc/init.d", name);

/** Whether the command is there and says yes. */
const agrees = (command: string, args: readonly string[]): Promise<boolean> =>
  sh(command, args).then(
    () => true,
    () => false,
  );

async function isActive(name: string): Promise<boolean> {
  if (systemd) return await agrees("systemctl", ["is-active", "--quiet", name]);
  // Erlang's port mapper has no script: RabbitMQ's starts it.
  if (name === "epmd") return await agrees("epmd", ["-names"]);
  return existsSync(script(name)) && (await agrees("service", [name, "status"]));
}

async function stopService(name: string): Promise<void> {
  if (systemd) await sh("systemctl", ["disable", "--now", name], { reject: false });
  // It refuses to end while another Erlang node uses it.
  else if (name === "epmd") await sh("epmd", ["-kill"], { reject: false });
  else if (existsSync(script(name))) await sh("service", [name, "stop"], { reject: false });
}

/** Names of the services that an installation may start, a line each; there until they have been stopped. */
const stopFile = path.join(stateDir, "services-to-stop");

async function toStop(): Promise<string[]> {
  if (!existsSync(stopFile)) return [];
  return (await readFile(stopFile, "utf8")).split("\n").filter((name) => name !== "");
}

/** Notes what the installation will start. What is active already belongs to somebody else. */
async function noteServices(newPackages: readonly string[]): Promise<void> {
  const names = newPackages.flatMap((name) => services[name] ?? []);
  const active = await Promise.all(names.map(isActive));
  const noted = new Set([...(await toStop()), ...names.filter((_, index) => !active[index])]);
  await mkdir(stateDir, { recursive: true });
  await writeFile(`${stopFile}.tmp`, [...noted].join("\n"));
  await rename(`${stopFile}.tmp`, stopFile);
}

/** Packages start their services as they are installed, unless the machine's policy forbids it. */
async function stopServices(): Promise<void> {
  for (const name of await toStop()) await stopService(name);
  await rm(stopFile, { force: true });
}

export const packagesStep: Step = {
  name: "Debian packages",
  timeout: 600,
  check: async () => !existsSync(stopFile) && (await missing()).length === 0,
  async up(report) {
    const names = await missing();
    if (names.length > 0) {
      report(names.join(" "));
      await noteServices(names);
      await install(names);
    }
    await stopServices();
  },
};
