import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, pidOf, start, stop, waitFor } from "../runtime/processes.ts";
import { imageDir, rootOf } from "./disk.ts";
import type { Machine } from "./faults.ts";
import { namespaceFile } from "./network/nic.ts";

/**
 * A machine's processes live in PID, mount, UTS, IPC and network namespaces of their own, chrooted into its disk. The first
 * one is recorded as a process of the lab: when it is killed the kernel kills the rest and undoes the mounts.
 */

export const processName = (machine: Pick<Machine, "name">): string => `machine-${machine.name}`;

export const consoleFile = (machine: Pick<Machine, "dir">): string => path.join(machine.dir, "console.log");

export const isOn = (machine: Machine): Promise<boolean> => isRunning(processName(machine));

const initctl = (machine: Machine): string => path.join(rootOf(machine), "run/initctl");

/** Starts the first process; it waits for `startServices`. */
export async function switchOn(machine: Machine): Promise<void> {
  await rm(path.join(rootOf(machine), "run"), { recursive: true, force: true });
  await mkdir(path.join(rootOf(machine), "run"), { recursive: true });
  const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"];
  const first = path.join(import.meta.dirname, "os/power-on");
  await start({
    name: processName(machine),
    command: "nsenter",
    args: [`--net=${namespaceFile(machine)}`, "unshare", ...namespaces, first, rootOf(machine), await imageDir()],
    env: {},
    cwd: machine.dir,
    grace: 0,
  });
  await waitFor(processName(machine), () => Promise.resolve(existsSync(initctl(machine))), 10);
}

/** Ends every process of the machine at once, as a power cut does. */
export const switchOff = (machine: Pick<Machine, "name">): Promise<void> => stop(processName(machine));

/** The host's number of the machine's first process: the only child of the recorded one. */
async function firstProcess(machine: Machine): Promise<string> {
  const pid = await pidOf(processName(machine));
  if (pid === undefined) throw new Error(`${machine.name} has no power`);
  return (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
}

const searchPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs a command in the machine, its output on the console, and gives its exit status. It ends with the machine.
 */
export async function run(
  machine: Machine,
  command: readonly string[],
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const enter = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wdns=/"];
  const target = `--target=${await firstProcess(machine)}`;
  const log = await open(consoleFile(machine), "a", 0o600);
  try {
    const result = await execa("nsenter", [target, ...enter, "--", ...command], {
      stdin: "ignore",
      stdout: log.fd as never,
      stderr: log.fd as never,
      env: { PATH: searchPath, ...env },
      extendEnv: false,
      detached: true,
      cancelSignal: signal,
      reject: false,
    });
    signal.throwIfAborted();
    return result.exitCode;
  } finally {
    await log.close();
  }
}

/** Lets the first process become `script`, a path inside the machine, which starts the services and stays. */
export const startServices = (machine: Machine, script: string): Promise<void> =>
  writeFile(initctl(machine), `${script}\n`);

/** Waits until the machine has written the file, and gives its text. */
export async function awaitFile(machine: Machine, name: string, signal: AbortSignal): Promise<string> {
  const file = path.join(rootOf(machine), name);
  while (!existsSync(file)) await sleep(100, undefined, { signal });
  return (await readFile(file, "utf8")).trim();
}
