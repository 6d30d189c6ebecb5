import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { isRunning, pidOf, start, stop, waitFor } from "../../runtime/processes.ts";
import { sh } from "../../runtime/sh.ts";
import type { Step } from "../../runtime/step.ts";
import { processOf } from "../environment.ts";
import { postgresData, postgresSocket } from "../paths.ts";

const name = "postgresql";
const installations = "/usr/lib/postgresql";

/** The server programs of the newest PostgreSQL that Debian's package installed. */
export async function postgresPrograms(): Promise<string> {
  const versions = (await readdir(installations)).map(Number).filter(Number.isFinite);
  return path.join(installations, String(Math.max(...versions)), "bin");
}

/**
 * PostgreSQL refuses to run as root. It runs as nobody, who may pass the folders above its data (a home is closed to
 * others) by CAP_DAC_READ_SEARCH alone.
 */
const unprivileged: readonly string[] =
  process.getuid?.() === 0
    ? [
        "setpriv",
        "--reuid=nobody",
        "--regid=nogroup",
        "--clear-groups",
        "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search",
      ]
    : [];

/** A command line of a PostgreSQL program, run as the owner of the data. */
export async function asOwner(program: string, ...args: string[]): Promise<[string, ...string[]]> {
  return [...unprivileged, path.join(await postgresPrograms(), program), ...args] as [string, ...string[]];
}

export async function own(...folders: string[]): Promise<void> {
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  if (unprivileged.length > 0) await sh("chown", ["--recursive", "nobody:nogroup", ...folders]);
}

/** Speed instead of safety: data that a crash of the machine spoils is thrown away and restored. */
const settings = {
  listen_addresses: "",
  unix_socket_directories: postgresSocket,
  max_connections: "300",
  shared_buffers: "64MB",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // The log goes to stderr; what the services try twice is no news.
  log_min_messages: "fatal",
};

async function answers(): Promise<boolean> {
  const [command, ...args] = await asOwner("pg_isready", "--quiet", "--host", postgresSocket);
  return (await sh("sh", ["-c", '"$@" && echo yes', "sh", command, ...args], { reject: false })) === "yes";
}

export const databaseStep: Step = {
  name: "PostgreSQL",
  timeout: 60,
  check: async () => (await isRunning(name)) && (await answers()),
  async up() {
    await own(postgresSocket);
    const options = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    await start(await processOf(name, await asOwner("postgres", "-D", postgresData, ...options)));
    await waitFor(name, answers, 60);
  },
  down: stopDatabase,
};

/** SIGQUIT is PostgreSQL's immediate shutdown: its children end and its shared memory goes. */
export async function stopDatabase(): Promise<void> {
  const pid = await pidOf(name);
  if (pid !== undefined) process.kill(pid, "SIGQUIT");
  await stop(name);
}
