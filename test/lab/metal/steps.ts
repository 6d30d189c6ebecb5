import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fetch } from "undici";
import { isRunning, logTail, start, stop, waitFor } from "../runtime/processes.ts";
import type { Plan, Step } from "../runtime/step.ts";
import { dirs, latenciesFile, loopback, machines, ports, repo } from "../settings.ts";
import { dnsmasqSpec, hostsFile, optionsFile, portWatchSpec } from "./network/dhcp.ts";
import { buildImage, imageDir } from "./disk.ts";
import { namespaceFile, unplug } from "./network/nic.ts";
import { switchOff } from "./sandbox.ts";

const image: Step = {
  name: "operating system image of the machines",
  timeout: 30,
  check: async () => existsSync(await imageDir()),
  up: buildImage,
};

const dhcp: Step = {
  name: "DHCP and DNS of the machine networks",
  timeout: 20,
  check: async () => (await isRunning(dnsmasqSpec.name)) && (await isRunning(portWatchSpec.name)),
  async up() {
    await mkdir(dirs.data, { recursive: true });
    for (const file of [hostsFile, optionsFile]) if (!existsSync(file)) await writeFile(file, "");
    await start(dnsmasqSpec);
    await start(portWatchSpec);
  },
  async down() {
    await stop(portWatchSpec.name);
    await stop(dnsmasqSpec.name);
    for (const file of [hostsFile, optionsFile]) await rm(file, { force: true });
  },
};

const chassisProcess = "chassis";

async function chassisAnswers(): Promise<boolean> {
  try {
    return (await fetch(`http://${loopback}:${ports.chassis}/machines`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false; // not listening yet
  }
}

const chassis: Step = {
  name: "chassis of the machines",
  timeout: 20,
  check: async () => (await isRunning(chassisProcess)) && (await chassisAnswers()),
  async up() {
    await start({
      name: chassisProcess,
      command: process.execPath,
      args: [path.join(repo, "test/lab/metal/chassis.ts")],
    });
    await waitFor(chassisProcess, chassisAnswers, 20);
  },
  async down() {
    await stop(chassisProcess);
    for (const machine of machines) {
      await switchOff(machine);
      await unplug(machine);
      if (existsSync(namespaceFile(machine)))
        throw new Error(`${machine.namespace} is left:\n${await logTail(chassisProcess)}`);
      // The kernel may still be ending what has written there until now.
      await rm(machine.dir, { recursive: true, force: true, maxRetries: 10 });
    }
    await rm(latenciesFile, { force: true });
  },
};

/** The virtual metal, after the bridge. It waits for OpenStack and its BMC by itself. */
export const metal: Plan = [image, dhcp, chassis];
