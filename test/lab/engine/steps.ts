import { existsSync } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { cliVersion, builds } from "../builds/build.ts";
import { kubernetesPlugin } from "../builds/kubernetes-plugin.ts";
import type { Plan, Step } from "../runtime/step.ts";
import { repo } from "../settings.ts";
import { builtBin, choose, chosen, homeOf, wantsOfficialKubernetes } from "./choice.ts";
import { backendDir } from "./environment.ts";
import { officialCli, whyNot } from "./official.ts";
import { neededPlugins } from "./plugins.ts";

const identity = (cli: { bin: string; version: string } | undefined): string =>
  cli ? `${cli.bin} ${cli.version}` : "";

/** Repeated when another official CLI has come to PATH, the one in use has gone, or another version is to be built. */
const chooseStep: Step = {
  name: "choose the Pulumi engine",
  timeout: 300,
  check: async () => {
    const choice = await chosen();
    return choice?.official === identity(await officialCli()) && choice.built === (await cliVersion());
  },
  up: async (report) => {
    const cli = await officialCli();
    const facts = { official: identity(cli), built: await cliVersion() };
    if (cli) report(`trying the official pulumi ${cli.version} at ${cli.bin}`);
    const reason = await whyNot(cli);
    if (cli && reason === undefined) {
      const description = `official pulumi ${cli.version} at ${cli.bin}`;
      await choose({ kind: "official", bin: cli.bin, description, ...facts });
      return;
    }
    const description =
      `pulumi ${facts.built} and its OpenStack plugin built from Go modules, ` +
      `Node language host of the lab (${reason})`;
    await choose({ kind: "built", bin: builtBin, description, ...facts });
  },
};

/** A step that only the lab's own engine needs. */
function ifBuilt(step: Step): Step {
  return { ...step, check: async () => (await chosen())?.kind === "official" || step.check() };
}

/** A program of the checkout as an executable: the engine starts plugins and hosts by their file names. */
const wrapper = (main: string): string =>
  `#!/bin/sh\nexec "${path.join(repo, "node_modules/.bin/node")}" "${path.join(repo, "test/lab/engine", main)}" "$@"\n`;

interface Executable {
  readonly file: string;
  /** a binary in the cache, or the text of a script */
  readonly binary?: string;
  readonly script?: string;
}

/**
 * The engine takes what is in the folder of the version that the npm package asks for. The official plugin that can be
 * built is older, says so when it is asked, and the engine warns of it.
 */
async function kubernetesExecutable(): Promise<Omit<Executable, "file">> {
  if (wantsOfficialKubernetes()) return { binary: await kubernetesPlugin.path() };
  return { script: wrapper("kubernetes-plugin/main.ts") };
}

async function executables(): Promise<Executable[]> {
  const versions = new Map((await neededPlugins()).map(({ name, version }) => [name, version]));
  const plugin = (name: string): string =>
    path.join(homeOf("built"), "plugins", `resource-${name}-v${versions.get(name)}`, `pulumi-resource-${name}`);
  return [
    { file: path.join(builtBin, "pulumi"), binary: await builds.pulumi.path() },
    { file: path.join(builtBin, "pulumi-language-nodejs"), script: wrapper("language-host.ts") },
    { file: plugin("openstack"), binary: await builds.openstackPlugin.path() },
    { file: plugin("kubernetes"), ...(await kubernetesExecutable()) },
  ];
}

async function isInstalled({ file, binary, script }: Executable): Promise<boolean> {
  if (!existsSync(file)) return false;
  if (!binary) return (await readFile(file, "utf8")) === script;
  if (!existsSync(binary)) return false;
  const [have, want] = await Promise.all([lstat(file), stat(binary)]);
  // a copy's time is exact to the millisecond
  return have.size === want.size && Math.abs(have.mtimeMs - want.mtimeMs) < 2;
}

/** Copies: by way of a link the CLI would look for the language host beside the binary in the cache, and warn. */
async function install({ file, binary, script }: Executable): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true });
  if (binary) {
    await copyFile(binary, file);
    const { atime, mtime } = await stat(binary);
    await utimes(file, atime, mtime);
  }
  if (script) {
    await writeFile(file, script);
    await chmod(file, 0o755);
  }
}

/** The scripts name the checkout that wrote them, so that another checkout writes them anew. */
const installStep: Step = {
  name: "install the Pulumi engine",
  timeout: 30,
  check: async () => (await Promise.all((await executables()).map(isInstalled))).every(Boolean),
  up: async () => {
    for (const executable of await executables()) {
      if (!(await isInstalled(executable))) await install(executable);
    }
  },
};

const backendStep: Step = {
  name: "create the Pulumi backend",
  timeout: 10,
  check: () => Promise.resolve(existsSync(backendDir)),
  up: async () => {
    await mkdir(backendDir, { recursive: true });
  },
  // the lab's cloud and cluster start anew each time: a checkpoint that outlived them would speak of things that are gone
  down: () => rm(backendDir, { recursive: true, force: true }),
};

/** Sets up the Pulumi engine: the official one where it can be used, else the lab's own. */
export const engine: Plan = [
  chooseStep,
  ifBuilt(builds.pulumi.step),
  ifBuilt(builds.openstackPlugin.step),
  ...(wantsOfficialKubernetes() ? [ifBuilt(kubernetesPlugin.step)] : []),
  ifBuilt(installStep),
  backendStep,
];
