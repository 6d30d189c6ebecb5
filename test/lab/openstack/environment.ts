import path from "node:path";
import type { Spec } from "../runtime/processes.ts";
import { sh } from "../runtime/sh.ts";
import { dirs, latencies, latenciesFile } from "../settings.ts";
import { data, plugins, temporary } from "./paths.ts";
import { venvDir } from "./python.ts";

/**
 * The whole environment of the cloud's processes. Nothing is inherited: a proxy, a CA bundle or OpenStack credentials
 * of the shell that starts the lab would change what the services do.
 */
async function environment(extra: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  return {
    PATH: [
      path.join(await venvDir(), "bin"),
      "/usr/local/sbin",
      "/usr/local/bin",
      "/usr/sbin",
      "/usr/bin",
      "/sbin",
      "/bin",
    ].join(":"),
    HOME: data,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
    TZ: "UTC",
    PYTHONPATH: plugins,
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    LAB_MACHINES_DIR: dirs.machines,
    LAB_LATENCIES_FILE: latenciesFile,
    LAB_DEFAULT_LATENCIES: JSON.stringify(latencies),
    ...extra,
  };
}

type Command = readonly [string, ...string[]];

/** A process of the cloud. What it keeps is thrown away when the lab goes down, so it need not end gently. */
export async function processOf(name: string, command: Command, extra: Record<string, string> = {}): Promise<Spec> {
  const variables = Object.entries(await environment(extra)).map(([key, value]) => `${key}=${value}`);
  return { name, command: "env", args: ["--ignore-environment", ...variables, ...command], cwd: data, grace: 2 };
}

/** Runs a command of the cloud to its end, or to ours, and returns its standard output. */
export async function run([command, ...args]: Command, extra: Record<string, string> = {}): Promise<string> {
  return await sh("setpriv", ["--pdeathsig=KILL", command, ...args], {
    cwd: data,
    env: await environment(extra),
    extendEnv: false,
  });
}
