import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { machines } from "../settings.ts";

export type Machine = (typeof machines)[number];

/** What is wrong with a machine. Each entry acts as long as it stands, and is made good when it goes. */
export interface Faults {
  /** hangs in the firmware at its next power-on; cleared, it goes on, if it still has power */
  readonly boot?: "never";
  /** dead, although its BMC says what it said before; cleared, it boots if its BMC says On */
  readonly power?: "lost";
  /** the kubelet is killed and not started again; cleared, it starts */
  readonly kubelet?: "stopped";
  /** the cable is out */
  readonly network?: "down";
  /** writing the image fails, or the agent that writes it is heard no more */
  readonly deploy?: "fails" | "power lost";
  /** erasing the disks fails, or goes on until the fault is cleared */
  readonly clean?: "fails" | "hangs";
  /** its BMC drops every connection; the machine goes on as it was */
  readonly bmc?: "unreachable";
}

export const faultFile = (machine: Pick<Machine, "dir">): string => path.join(machine.dir, "fault.json");

/** Replaces the faults of a machine; the chassis sees them within a second. */
export async function setFault(machine: Pick<Machine, "dir">, faults: Faults): Promise<void> {
  await mkdir(machine.dir, { recursive: true });
  const file = faultFile(machine);
  await writeFile(`${file}.tmp`, JSON.stringify(faults));
  await rename(`${file}.tmp`, file);
}

export const clearFault = (machine: Pick<Machine, "dir">): Promise<void> => rm(faultFile(machine), { force: true });

export async function readFaults(machine: Pick<Machine, "dir">): Promise<Faults> {
  try {
    return JSON.parse(await readFile(faultFile(machine), "utf8")) as Faults;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
