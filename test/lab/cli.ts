import { spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { engineDescription } from "./engine/environment.ts";
import { labDown, labUp } from "./lab.ts";
import { plan } from "./plan.ts";
import { Display } from "./runtime/display.ts";
import { exclusively } from "./runtime/lock.ts";
import { memoryOfGroups } from "./runtime/memory.ts";
import { isRunning, known, pidOf } from "./runtime/processes.ts";
import { stepsOf } from "./runtime/step.ts";
import {
  cacheDir,
  ipVersionChoices,
  ipVersionFile,
  type IpVersions,
  ipVersions,
  machineCountFile,
  machineCounts,
  machines,
  stateDir,
} from "./settings.ts";
import { shellEnv, shellHelp } from "./shell.ts";

const usage = `npm run lab -- up [--machines <number>] [--ip-version 6|dual]
                                         bring the virtual data centre up (first time 10 to 20 minutes, then about half a
                                         minute), with ${machineCounts.default} machines if no other number is given, up to ${machineCounts.most};
                                         of IPv4 alone, of IPv6 alone, or with machines of both
npm run lab -- status                    what is there, what runs, how much memory it takes
npm run lab -- shell [-c <command>]      a shell in which pulumi, kubectl and openstack work against the lab; with -c, it
                                         runs the command and ends with its exit code
npm run lab -- down                      stop what the lab started
npm run lab -- clean                     down, and remove the lab's state and cache folders`;

/** A mistake of who typed the command. */
class UsageError extends Error {}

function machineCountOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= machineCounts.most) return count;
  throw new UsageError(`--machines ${text}: expected a whole number from 1 to ${machineCounts.most}`);
}

function ipVersionsIn(text: string): IpVersions {
  const versions = ipVersionChoices.find((choice) => choice === text);
  if (versions !== undefined) return versions;
  throw new UsageError(`--ip-version ${text}: expected one of ${ipVersionChoices.join(", ")}`);
}

/** What `up` may be told of a lab, and its text in an error. */
interface Shape {
  readonly machines: number;
  readonly ipVersions: IpVersions;
}
const shapeText = (shape: Shape): string =>
  `${shape.machines} machines of ${shape.ipVersions === "dual" ? "both IP versions" : `IPv${shape.ipVersions}`}`;

/** What settings.ts has read when this process started. */
const current: Shape = { machines: machines.length, ipVersions };

function wantedShape(values: Partial<Record<Option, string>>, running: boolean): Shape {
  const rest = running ? current : { machines: machineCounts.default, ipVersions: "4" as const };
  return {
    machines: values.machines === undefined ? rest.machines : machineCountOf(values.machines),
    ipVersions: values["ip-version"] === undefined ? rest.ipVersions : ipVersionsIn(values["ip-version"]),
  };
}

/** The shape is read when a process of the lab starts: with another one, a process of its own goes on. */
async function bringUp(display: Display, values: Partial<Record<Option, string>>): Promise<number> {
  const running = (await known()).length > 0;
  const wanted = wantedShape(values, running);
  if (isDeepStrictEqual(wanted, current)) {
    await exclusively(() => labUp(display));
    return 0;
  }
  if (running)
    throw new UsageError(
      `the lab is up with ${shapeText(current)}, not ${shapeText(wanted)}: npm run lab -- down, and then up again`,
    );
  await mkdir(stateDir, { recursive: true });
  await writeFile(machineCountFile, String(wanted.machines));
  await writeFile(ipVersionFile, wanted.ipVersions);
  const args = ["up", "--machines", String(wanted.machines), "--ip-version", wanted.ipVersions];
  return spawnSync(process.execPath, [import.meta.filename, ...args], { stdio: "inherit" }).status ?? 1;
}

async function status(): Promise<void> {
  for (const step of stepsOf(plan)) console.log(`${(await step.check()) ? "✓" : "✗"} ${step.name}`);
  const groups = new Set<number>();
  for (const name of await known()) {
    console.log(`  ${(await isRunning(name)) ? "runs " : "ended"} ${name}`);
    const pid = await pidOf(name);
    if (pid !== undefined) groups.add(pid);
  }
  console.log(`memory ${(await memoryOfGroups(groups)).toFixed(0)} MiB; engine: ${await engineDescription()}`);
}

async function shell(command: string | undefined): Promise<number> {
  if (command === undefined) console.log(shellHelp);
  const args = command === undefined ? [] : ["-c", command];
  const program = process.env["SHELL"] ?? "/bin/sh";
  const { status: code } = spawnSync(program, args, { stdio: "inherit", env: await shellEnv() });
  return code ?? 1;
}

async function clean(display: Display): Promise<void> {
  await labDown(display);
  for (const folder of [stateDir, cacheDir]) {
    await rm(folder, { recursive: true, force: true });
    display.line(`removed ${folder}`);
  }
}

const options = {
  machines: { type: "string" },
  "ip-version": { type: "string" },
  command: { type: "string", short: "c" },
} as const;

type Option = keyof typeof options;

/** The options that a command takes. */
const commands = new Map<string, readonly Option[]>([
  ["up", ["machines", "ip-version"]],
  ["down", []],
  ["clean", []],
  ["status", []],
  ["shell", ["command"]],
]);

function parse(args: string[]): { command: string; values: Partial<Record<Option, string>> } {
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  const [command = "", ...others] = positionals;
  const allowed = commands.get(command);
  const strange = (Object.keys(values) as Option[]).filter((option) => !allowed?.includes(option));
  if (!allowed || others.length > 0 || strange.length > 0) throw new UsageError(usage);
  return { command, values };
}

async function main(args: string[]): Promise<number> {
  const { command, values } = parse(args);
  const display = new Display();
  switch (command) {
    case "up":
      return bringUp(display, values);
    case "down":
      await exclusively(() => labDown(display));
      return 0;
    case "clean":
      await exclusively(() => clean(display));
      return 0;
    case "shell":
      return shell(values.command);
    default:
      await status();
      return 0;
  }
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));

// A step that missed its bound may still be at work: nothing waits for it.
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return isUsageError(error) ? 2 : 1;
  }),
);
