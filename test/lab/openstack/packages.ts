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
const services = ["rabbitmq-server", "epmd.socket", "epmd", "postgresql", "haproxy"];

async function installed(name: string): Promise<boolean> {
  const status = await sh("dpkg-query", ["--show", "--showformat=${db:Status-Abbrev}", name], { reject: false });
  return status.startsWith("ii");
}

async function missing(): Promise<string[]> {
  const names = Object.keys(packages);
  const have = await Promise.all(names.map(installed));
  const wanted = names.filter((_, index) => !have[index]);
  const python = await findPython();
  return python && !python.pip ? [...wanted, "python3-pip"] : wanted;
}

/** The packages start their services as they are installed, unless the machine's policy forbids it. */
async function stopServices(): Promise<void> {
  const systemd = (await sh("sh", ["-c", "test -d /run/systemd/system && echo yes"], { reject: false })) === "yes";
  for (const service of services) {
    if (systemd) await sh("systemctl", ["disable", "--now", service], { reject: false });
    else await sh("service", [service, "stop"], { reject: false });
  }
}

export const packagesStep: Step = {
  name: "Debian packages",
  bound: 600,
  check: async () => (await missing()).length === 0,
  async up(report) {
    const names = await missing();
    report(names.join(" "));
    // RUNLEVEL=1 keeps invoke-rc.d from starting services (invoke-rc.d(8)); systemd does not ask for it.
    const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    await sh("apt-get", ["update", "--quiet"], { env });
    await sh("apt-get", ["install", "--quiet", "--yes", "--no-install-recommends", ...names], { env });
    await stopServices();
  },
};
