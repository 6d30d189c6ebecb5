import { execa } from "execa";
import { existsSync } from "node:fs";
import { access, constants, cp, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { repo } from "../settings.ts";
import { builtBin, homeOf } from "./choice.ts";
import { neededPlugins, type Plugin } from "./plugins.ts";

/** The official `pulumi` that the user has installed. */
export interface OfficialCli {
  readonly bin: string;
  readonly version: string;
}

/** Seconds for the download of one plugin of up to 100 MB. */
const downloadTimeout = 120;

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!folder || path.resolve(folder) === builtBin) continue;
    const found = await access(path.join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  return undefined;
}

/** The `pulumi` on PATH, if it answers; never the lab's own, which `lab shell` puts there. */
export async function officialCli(): Promise<OfficialCli | undefined> {
  const bin = await onPath("pulumi");
  if (!bin) return undefined;
  const { stdout, exitCode } = await execa(path.join(bin, "pulumi"), ["version"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: homeOf("official") },
    reject: false,
    stdin: "ignore",
    timeout: 10_000,
  });
  const version = /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  return exitCode === 0 && version ? { bin, version } : undefined;
}

/** True when version a is b or newer; both as 3.200.0. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const [i, number] of (right ?? []).entries()) {
    const other = left?.[i] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

async function installPlugin(cli: OfficialCli, plugin: Plugin): Promise<string | undefined> {
  const folder = `resource-${plugin.name}-v${plugin.version}`;
  const target = path.join(homeOf("official"), "plugins", folder);
  if (existsSync(target)) return undefined;
  const users = path.join(process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi"), "plugins", folder);
  if (existsSync(users)) {
    await mkdir(path.dirname(target), { recursive: true });
    await cp(users, target, { recursive: true });
    return undefined;
  }
  const args = ["plugin", "install", "resource", plugin.name, plugin.version];
  const result = await execa(path.join(cli.bin, "pulumi"), args, {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: homeOf("official") },
    reject: false,
    stdin: "ignore",
    timeout: downloadTimeout * 1000,
  });
  return result.exitCode === 0 ? undefined : `its plugin ${plugin.name} ${plugin.version} cannot be installed`;
}

/** The oldest CLI that the program takes. */
async function requiredVersion(): Promise<string> {
  const { requiredPulumiVersion } = parse(await readFile(path.join(repo, "Pulumi.yaml"), "utf8")) as {
    readonly requiredPulumiVersion: string;
  };
  return requiredPulumiVersion.replace(">=", "");
}

/** Why the official CLI cannot serve the lab; undefined when it can, with its plugins in the lab's own PULUMI_HOME. */
export async function whyNot(cli: OfficialCli | undefined): Promise<string | undefined> {
  if (!cli) return "no official pulumi on PATH";
  const official = `the official pulumi ${cli.version} at ${cli.bin} is not used`;
  const wanted = await requiredVersion();
  if (!atLeast(cli.version, wanted)) return `${official}: older than ${wanted}`;
  if (!existsSync(path.join(cli.bin, "pulumi-language-nodejs")) && !(await onPath("pulumi-language-nodejs"))) {
    return `${official}: pulumi-language-nodejs is missing`;
  }
  for (const plugin of await neededPlugins()) {
    const problem = await installPlugin(cli, plugin);
    if (problem) return `${official}: ${problem}`;
  }
  return undefined;
}
