import { execa } from "execa";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import pLimit from "p-limit";
import { entry, fill, pinHash } from "../runtime/cache.ts";
import { sh } from "../runtime/sh.ts";
import type { Report, Step } from "../runtime/step.ts";
import { cacheDir } from "../settings.ts";
import { openstackPackage, openstackTokens } from "./openstack-tokens.ts";

/** A program that is built from Go modules, whose sources go.sum verifies, into the cache. */
export interface Build {
  readonly step: Step;
  /** where the binary is once the step is up */
  path(): Promise<string>;
}

export interface Module {
  /** go.mod, go.sum and perhaps sources: a folder beside this file, or an absolute path */
  readonly folder: string;
  readonly binary: string;
  /** the package to build */
  readonly target: string;
  /** seconds; several times what a cold build takes on two cores */
  readonly timeout: number;
  /** Go variables that the linker sets */
  variables?(): Promise<Readonly<Record<string, string>>>;
  /** files that are written before the build, by path in the module */
  generated?(): Promise<Readonly<Record<string, string>>>;
}

/** Where the modules are: folders beside this file. */
const modulesDir = import.meta.dirname;

/** Version of a module that a tool's go.mod pins, such as 3.200.0. */
export async function pinned(folder: string, module: string): Promise<string> {
  const file = path.resolve(modulesDir, folder, "go.mod");
  const pins = await readFile(file, "utf8");
  const line = pins.split("\n").find((each) => each.replace("require ", "").trim().startsWith(`${module} v`));
  const version = line?.split(" v")[1]?.split(" ")[0];
  if (!version) throw new Error(`${file} pins no ${module}`);
  return version;
}

export const cliVersion = (): Promise<string> => pinned("pulumi", "github.com/pulumi/pulumi/pkg/v3");

/** What the version of a Kubernetes component is made of (k8s.io/component-base/version); kubelets report it. */
async function kubernetesVariables(): Promise<Readonly<Record<string, string>>> {
  const version = await pinned("kubernetes", "k8s.io/kubernetes");
  const [major = "", minor = ""] = version.split(".");
  const parts = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
  );
}

/** Version of the installed npm package, such as 3.15.2. */
export async function npmVersion(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as { version: string };
  return version.replace(/^v/, "");
}

const modules = {
  pulumi: {
    folder: "pulumi",
    binary: "pulumi",
    target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    timeout: 1200,
    variables: async () => ({
      "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${await cliVersion()}`,
    }),
  },
  openstackPlugin: {
    folder: "openstack-plugin",
    binary: "pulumi-resource-openstack",
    target: ".",
    timeout: 900,
    variables: async () => ({
      "lab/pulumi-resource-openstack/provider.Version": await npmVersion(openstackPackage),
    }),
    generated: async () => {
      const { resources, functions } = await openstackTokens();
      const tokens = { resources: [...resources.keys()], functions: [...functions.keys()] };
      return { "provider/tokens.json": JSON.stringify(tokens) };
    },
  },
  kube: { folder: "kubernetes", binary: "kube", target: ".", timeout: 1500, variables: kubernetesVariables },
  etcd: { folder: "etcd", binary: "etcd", target: ".", timeout: 600 },
} satisfies Record<string, Module>;

/** What a user's own Go settings must not change: static, from the pinned modules alone, all within the lab's cache. */
export const goEnv = {
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
  GOMODCACHE: path.join(cacheDir, "go-modules"),
  GOCACHE: path.join(cacheDir, "go-build"),
  GOWORK: "off",
};

const linkerFlags = (variables: Readonly<Record<string, string>>): string =>
  ["-s", "-w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");

async function sources(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const wanted = found.filter((file) => file.isFile() && /\.(go|mod|sum)$/.test(file.name));
  return wanted.map((file) => path.join(file.parentPath, file.name)).sort();
}

/** Two builds at once on two cores only slow each other. */
const oneAtATime = pLimit(1);

async function compile(folder: string, target: string, flags: string, binary: string, report: Report): Promise<void> {
  const build = execa("go", ["build", "-v", "-trimpath", "-ldflags", flags, "-o", binary, target], {
    cwd: folder,
    env: { ...goEnv, GOTMPDIR: folder },
    stdin: "ignore",
    buffer: false,
  });
  let compiled = 0;
  const tail: string[] = [];
  createInterface({ input: build.stderr }).on("line", (line) => {
    if (tail.push(line) > 20) tail.shift();
    if (line.startsWith("go: downloading ")) report(line.slice("go: ".length));
    else report(`compiling, ${++compiled} packages so far: ${line}`);
  });
  await build.catch((cause: unknown) => {
    throw new Error(`go build ${target} failed:\n${tail.join("\n")}`, { cause });
  });
}

export function buildOf(module: Module): Build {
  const folder = path.resolve(modulesDir, module.folder);

  async function plan(): Promise<{ flags: string; generated: Record<string, string>; target: string }> {
    const flags = linkerFlags((await module.variables?.()) ?? {});
    const generated = { ...(await module.generated?.()) };
    const go = await sh("go", ["env", "GOVERSION", "GOOS", "GOARCH"], { cwd: folder, env: goEnv });
    const pins = [go, flags, module.target, JSON.stringify(generated)];
    const hash = await pinHash(await sources(folder), ...pins);
    return { flags, generated, target: entry(module.binary, hash) };
  }

  async function build(report: Report): Promise<void> {
    const { flags, generated, target } = await plan();
    await fill(target, async (into) => {
      const work = path.join(into, "source");
      await cp(folder, work, { recursive: true });
      for (const [name, text] of Object.entries(generated)) await writeFile(path.join(work, name), text);
      await compile(work, module.target, flags, path.join(into, module.binary), report);
      await rm(work, { recursive: true });
    });
  }

  return {
    path: async () => path.join((await plan()).target, module.binary),
    step: {
      name: `build ${module.binary}`,
      timeout: module.timeout,
      check: async () => existsSync((await plan()).target),
      up: (report) => oneAtATime(() => build(report)),
    },
  };
}

/** The programs of the lab that come from Go modules. */
export const builds = {
  pulumi: buildOf(modules.pulumi),
  openstackPlugin: buildOf(modules.openstackPlugin),
  kube: buildOf(modules.kube),
  etcd: buildOf(modules.etcd),
};
