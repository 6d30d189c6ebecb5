import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dirs } from "../settings.ts";
import { lastLines } from "./last-lines.ts";
import { noProxy } from "./proxy.ts";

/** A process of the lab. It leads a process group of its own, and its output goes to log/<name>.log. */
export interface Spec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** seconds between SIGTERM and SIGKILL; default 10 */
  readonly grace?: number;
}

interface Recorded {
  readonly pid: number;
  /** start time in clock ticks since boot: tells the process from a later one with the same pid */
  readonly started: string;
  readonly grace: number;
}

const file = (name: string): string => path.join(dirs.run, `${name}.json`);

export const logFile = (name: string): string => path.join(dirs.log, `${name}.log`);

/** Where a service writes the requests that it gets, a line each. */
export const requestLog = (name: string): string => path.join(dirs.log, `${name}.requests`);

interface Stat {
  readonly state: string;
  readonly started: string;
}

/** Fields 3 and 22 of proc(5) stat; undefined when there is no process of that pid, not even a zombie. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields && { state: fields[0] ?? "", started: fields[19] ?? "" };
}

/** Start time of a process in clock ticks since boot; undefined when there is none, or a zombie. */
export async function startTime(pid: number): Promise<string | undefined> {
  const stat = await statOf(pid);
  return stat && stat.state !== "Z" ? stat.started : undefined;
}

async function recorded(name: string): Promise<Recorded | undefined> {
  if (!existsSync(file(name))) return undefined;
  return JSON.parse(await readFile(file(name), "utf8")) as Recorded;
}

const alive = async (record: Recorded): Promise<boolean> => (await startTime(record.pid)) === record.started;

/**
 * Whether a process group of this number can only be the recorded one: its leader is there, or nobody has its pid. A pid
 * is not given to another process while its group has members.
 */
async function owns(record: Recorded): Promise<boolean> {
  const stat = await statOf(record.pid);
  return !stat || stat.started === record.started;
}

export async function isRunning(name: string): Promise<boolean> {
  const record = await recorded(name);
  return record !== undefined && (await alive(record));
}

/** The pid of a running process of the lab. */
export async function pidOf(name: string): Promise<number | undefined> {
  const record = await recorded(name);
  return record && (await alive(record)) ? record.pid : undefined;
}

/**
 * The process writes its own record and only then becomes what it is to be: a lab that is killed meanwhile still knows
 * it. Field 22 of proc(5) stat, the start time, outlives the exec.
 */
const recordAndExec = `
stat=$(cat /proc/$$/stat)
started=$(echo "\${stat##*) }" | cut -d ' ' -f 20)
printf '{"pid":%s,"started":"%s","grace":%s}' $$ "$started" "$2" > "$1.tmp"
mv "$1.tmp" "$1"
shift 2
exec "$@"`;

/** Starts the process unless it runs, ends what an earlier one of its name has left of its group, and returns when it is recorded. */
export async function start(spec: Spec): Promise<void> {
  if (await isRunning(spec.name)) return;
  await mkdir(dirs.run, { recursive: true });
  await mkdir(dirs.log, { recursive: true });
  await stop(spec.name);
  const log = openSync(logFile(spec.name), "a");
  const record = ["-c", recordAndExec, "sh", file(spec.name), String(spec.grace ?? 10)];
  const child = spawn("/bin/sh", [...record, spec.command, ...spec.args], {
    cwd: spec.cwd ?? dirs.data,
    env: { ...process.env, ...noProxy(), ...spec.env },
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const over = new AbortController();
  child.once("error", (error) => over.abort(error));
  child.once("exit", (code) => over.abort(new Error(`${spec.name} ended at once (exit code ${code})`)));
  child.unref();
  await appears(file(spec.name), over.signal);
}

async function appears(name: string, over: AbortSignal): Promise<void> {
  while (!existsSync(name)) {
    over.throwIfAborted();
    await sleep(5);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends the process group: SIGTERM while its leader lives, then SIGKILL for what is left of it. */
export async function stop(name: string): Promise<void> {
  const record = await recorded(name);
  if (record && (await owns(record))) {
    const deadline = Date.now() + record.grace * 1000;
    if (await alive(record)) signal(record.pid, "SIGTERM");
    while ((await alive(record)) && Date.now() < deadline) await sleep(50);
    signal(record.pid, "SIGKILL");
    while (await alive(record)) await sleep(20);
  }
  await rm(file(name), { force: true });
}

/** Names of all processes that were started and not yet stopped. */
export async function known(): Promise<string[]> {
  const names = await readdir(dirs.run).catch(() => []);
  return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
}

/** The last lines of a process's log, for an error message. */
export async function logTail(name: string, lines = 15): Promise<string> {
  return lastLines(await readFile(logFile(name), "utf8").catch(() => ""), lines);
}

/**
 * Waits until `ready` says yes, and fails at once, with the end of its log, when the process ends.
 * @param seconds bound of the wait
 */
export async function waitFor(name: string, ready: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await ready())) {
    if (!(await isRunning(name))) throw new Error(`${name} has ended:\n${await logTail(name)}`);
    if (Date.now() > deadline) throw new Error(`${name} is not ready after ${seconds} s:\n${await logTail(name)}`);
    await sleep(100);
  }
}
