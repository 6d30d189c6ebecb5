import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { rootOf } from "../../../lab/metal/disk.ts";
import { clearFault, type Machine, setFault } from "../../../lab/metal/faults.ts";
import { maskFile } from "../../../lab/metal/services.ts";
import { machineOf } from "./faults.ts";
import { until } from "../wait.ts";

/** Where a kubelet keeps its keys. */
export const pkiFolder = (machine: Machine): string => path.join(rootOf(machine), "var/lib/kubelet/pki");

/** Takes the client certificates from the disk: a kubelet that starts without one, as with one that has expired, bootstraps anew. */
export async function forgetCertificate(machine: Machine): Promise<void> {
  const names = await readdir(pkiFolder(machine));
  const own = names.filter((name) => name.startsWith("kubelet-client-"));
  await Promise.all(own.map((name) => rm(path.join(pkiFolder(machine), name))));
}

/** Kills the kubelet of a server, does something while it is away, and lets its machine start it again. */
export async function restartKubelet(serverId: string, meanwhile?: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = await machineOf(serverId);
  const mask = path.join(rootOf(machine), maskFile("kubelet.service"));
  await setFault(machine, { kubelet: "stopped" });
  try {
    await until("the end of the kubelet", () => Promise.resolve(existsSync(mask) || undefined));
    await meanwhile?.(machine);
  } finally {
    // the next server on this machine may be of another test
    await clearFault(machine);
  }
}
