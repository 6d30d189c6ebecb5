import { existsSync } from "node:fs";
import path from "node:path";
import { sh } from "../core/sh.ts";
import type { Step } from "../core/step.ts";
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
  udhcpc: "the machines' DHCP client",
  "util-linux": "setpriv",
};

/** System services that come with these packages and would listen beside the lab's own. */
const services: Readonly<Record<string, readonly string[]>> = {
  haproxy: ["haproxy"],
  postgresql: ["postgresql"],
  "rabbitmq-server": ["rabbitmq-server", "epmd.socket", "epmd"],
};

async function installed(name: string): Promise<boolean> {
  const status = await sh("dpkg-query", ["--show", "--showformat=${db:Status-Abbrev}", name], { reject: false });
  return status.startsWith("ii");
}

async function missing(): Promise<string[]> {
  const names = Object.keys(packages);
  const have = await Promise.all(names.map(installed));
  const wanted = names.filter((_, index) => !have[index]);
  const python = await findPython();
  const pip = python === undefined || python.pip || (await installed("python3-pip"));
  return pip ? wanted : [...wanted, "python3-pip"];
}

/** Packages start their services as they are installed, unless the machine's policy forbids it. */
async function stopServices(newPackages: readonly string[]): Promise<void> {
  const names = newPackages.flatMap((name) => services[name] ?? []);
  if (existsSync("/run/systemd/system")) {
    for (const name of names) await sh("systemctl", ["disable", "--now", name], { reject: false });
    return;
  }
  for (const name of names.filter((each) => existsSync(path.join("/etc/init.d", each)))) {
    await sh("service", [name, "stop"], { reject: false });
  }
  // RabbitMQ's script leaves Erlang's port mapper behind; it refuses to end while another Erlang node uses it.
  if (newPackages.includes("rabbitmq-server")) await sh("epmd", ["-kill"], { reject: false });
}

export const packagesStep: Step = {
  name: "Debian packages",
  bound: 600,
  check: async () => (await missing()).length === 0,
  async up(report) {
    const names = await missing();
    report(names.join(" "));
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await sh("apt-get", ["update", "--quiet"], { env });
    await sh("apt-get", ["install", "--quiet", "--yes", "--no-install-recommends", ...names], { env });
    await stopServices(names);
  },
};
