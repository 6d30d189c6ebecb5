import { type ServerWritableStream, status } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type ChildProcess, spawn } from "node:child_process";
import type { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { serve } from "../../../components/node/protocol/host.ts";
import { installedPackages, pulumiPackages } from "./packages.ts";
import { unary } from "./unary.ts";

/**
 * The Node.js language host of the Pulumi engine, for a CLI that was built from Go modules: the official host is not
 * published as one. It runs a program as the official host does, by @pulumi/pulumi/cmd/run of the program's own SDK.
 * What writes code (GenerateProgram, Pack) is not implemented.
 */

const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

/** The running program, at most one, and the plugins that run from source. */
const programs = new Set<ChildProcess>();

/** cmd/run ends with this code when it has told the user what was wrong. */
const alreadyReported = 32;

/** What the engine has to load for a program, each in the message that the call wants. */
async function required<T extends plugins.PackageDependency | plugins.PluginDependency>(
  info: messages.ProgramInfo | undefined,
  Message: new () => T,
): Promise<T[]> {
  const found = await pulumiPackages(info?.getProgramDirectory() ?? process.cwd());
  return found.map(({ name, version, server }) => {
    const message = new Message();
    message.setName(name).setKind("resource").setVersion(version).setServer(server);
    return message;
  });
}

async function getRequiredPackages(
  request: messages.GetRequiredPackagesRequest,
): Promise<messages.GetRequiredPackagesResponse> {
  const list = await required(request.getInfo(), plugins.PackageDependency);
  return new messages.GetRequiredPackagesResponse().setPackagesList(list);
}

async function getRequiredPlugins(
  request: messages.GetRequiredPluginsRequest,
): Promise<messages.GetRequiredPluginsResponse> {
  const list = await required(request.getInfo(), plugins.PluginDependency);
  return new messages.GetRequiredPluginsResponse().setPluginsList(list);
}

async function getProgramDependencies(
  request: messages.GetProgramDependenciesRequest,
): Promise<messages.GetProgramDependenciesResponse> {
  const folder = request.getInfo()?.getProgramDirectory() ?? process.cwd();
  const wanted = request.getTransitivedependencies() ? undefined : await declared(folder);
  const list = (await installedPackages(path.join(folder, "node_modules")))
    .filter((known) => wanted === undefined || wanted.has(known.name))
    .map((known) => new messages.DependencyInfo().setName(known.name).setVersion(known.version));
  return new messages.GetProgramDependenciesResponse().setDependenciesList(list);
}

async function declared(folder: string): Promise<Set<string>> {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as {
    dependencies?: object;
    devDependencies?: object;
  };
  return new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
}

/** The runtime's options in Pulumi.yaml that this host knows; the official host has the same. */
interface Options {
  readonly typescript?: boolean;
  readonly nodeargs?: string;
  readonly tsconfig?: string;
}

const optionsOf = (info: messages.ProgramInfo | undefined): Options => info?.getOptions()?.toJavaScript() ?? {};

const nodeArguments = ({ nodeargs }: Options): string[] => (nodeargs ? nodeargs.split(/\s+/) : []);

function runArguments(request: messages.RunRequest, pwd: string): string[] {
  const flags = {
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd,
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
    parallel: String(request.getParallel()),
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
  };
  const given = Object.entries(flags).filter(([, value]) => value !== "");
  return [
    ...given.flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

function run(request: messages.RunRequest): Promise<messages.RunResponse> {
  const info = request.getInfo();
  const options = optionsOf(info);
  const pwd = request.getPwd() || (info?.getProgramDirectory() ?? process.cwd());
  const runner = moduleOf(pwd, "@pulumi/pulumi/cmd/run");
  const program = spawn(process.execPath, [...nodeArguments(options), runner, ...runArguments(request, pwd)], {
    cwd: pwd,
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: String(options.typescript !== false),
      ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  programs.add(program);
  return new Promise((resolve, reject) => {
    program.on("error", reject);
    program.on("close", (code, signal) => {
      programs.delete(program);
      resolve(outcome(code, signal));
    });
  });
}

const moduleOf = (folder: string, name: string): string =>
  createRequire(path.join(folder, "package.json")).resolve(name);

/** Of `NAME=value` entries. */
function environmentOf(entries: readonly string[]): Record<string, string> {
  const pairs = entries.map((entry): [string, string] => {
    const [name = "", ...value] = entry.split("=");
    return [name, value.join("=")];
  });
  return Object.fromEntries(pairs);
}

/**
 * The arguments of Node for a plugin that is a folder, and where it runs, as the official host has them: a policy pack gets
 * its folder last, and runs in it.
 */
function pluginArguments(request: messages.RunPluginRequest): { args: string[]; cwd: string } {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const given = request.getArgsList();
  const isPolicyPack = request.getKind() === "analyzer";
  const runner = moduleOf(folder, `@pulumi/pulumi/cmd/${isPolicyPack ? "run-policy-pack" : "run-plugin"}`);
  const args = isPolicyPack ? [...given, folder] : [folder, ...given];
  return { args: [...nodeArguments(optionsOf(info)), runner, ...args], cwd: isPolicyPack ? folder : request.getPwd() };
}

/** Runs a plugin that is a folder with a PulumiPlugin.yaml, or a policy pack, as the official host does: by its own SDK. */
function runPlugin(call: ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>): void {
  const { request } = call;
  const { args, cwd } = pluginArguments(request);
  const plugin = spawn(process.execPath, args, {
    cwd,
    env: environmentOf(request.getEnvList()),
    stdio: ["ignore", "pipe", "pipe"],
  });
  programs.add(plugin);
  plugin.stdout.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStdout(text)));
  plugin.stderr.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStderr(text)));
  call.on("cancelled", () => plugin.kill("SIGKILL"));
  plugin.on("error", failing(call));
  plugin.on("close", (code) => {
    programs.delete(plugin);
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
}

function outcome(code: number | null, signal: NodeJS.Signals | null): messages.RunResponse {
  const response = new messages.RunResponse();
  if (code === alreadyReported) return response.setBail(true);
  if (code === 0) return response;
  return response.setError(signal ? `the program was ended by ${signal}` : `the program ended with code ${code}`);
}

/** The program has nothing of its own to save: what it declared is in the engine's hands. */
function endPrograms(): void {
  for (const program of programs) program.kill("SIGKILL");
}

/** As the official host does for a plugin from source: a program of the lab has its packages already. */
function installDependencies(
  call: ServerWritableStream<messages.InstallDependenciesRequest, messages.InstallDependenciesResponse>,
): void {
  const install = spawn("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  install.stdout.on("data", (text: Buffer) => call.write(new messages.InstallDependenciesResponse().setStdout(text)));
  install.stderr.on("data", (text: Buffer) => call.write(new messages.InstallDependenciesResponse().setStderr(text)));
  install.on("error", failing(call));
  install.on("close", (code) =>
    code === 0 ? call.end() : failing(call)(new Error(`npm install ended with code ${code}`)),
  );
}

/** Ends a call with an error: a stream that is only destroyed leaves the engine waiting. */
const failing =
  (call: EventEmitter) =>
  ({ message }: Error): void =>
    void call.emit("error", { code: status.UNKNOWN, details: message });

await serve((server) => {
  const sdk = createRequire(import.meta.url)("@pulumi/pulumi/package.json") as { version: string };
  server.addService(LanguageRuntimeService, {
    handshake: unary(() => new messages.LanguageHandshakeResponse()),
    getPluginInfo: unary(() => new plugins.PluginInfo().setVersion(sdk.version)),
    getRequiredPackages: unary(getRequiredPackages),
    getRequiredPlugins: unary(getRequiredPlugins),
    getProgramDependencies: unary(getProgramDependencies),
    about: unary(() => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    runtimeOptionsPrompts: unary(() => new messages.RuntimeOptionsResponse()),
    cancel: unary(() => {
      endPrograms();
      return new empty.Empty();
    }),
    installDependencies,
    run: unary(run),
    runPlugin,
  });
}, endPrograms);
