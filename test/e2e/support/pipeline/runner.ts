import { execa } from "execa";
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "../../../lab/engine/environment.ts";
import { files, repo } from "../../../lab/settings.ts";
import type { PlatformApi } from "./platform-api.ts";
import type { Repository } from "./repository.ts";

type Environment = Readonly<Record<string, string>>;

/** Where a platform runs jobs. */
export interface Site {
  readonly repository: Repository;
  readonly api: PlatformApi;
  /** the folder in which each job gets one of its own */
  readonly folder: string;
  readonly stack: string;
}

/** What a team gives its platform as variables and secrets. */
export interface Settings {
  readonly backendUrl: string;
  readonly passphrase: string;
  /** contents of the files */
  readonly cloudsYaml: string;
  readonly kubeconfig: string;
}

/** How a job ended. */
export interface Job {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  /** the names of its steps that were done, run or stood in for */
  readonly done: readonly string[];
}

/** The lab's Pulumi without what a team's settings say, and nothing of a platform that this test itself may run on. */
export async function runnerEnv(): Promise<{ env: Environment; settings: Settings }> {
  const all = await engineEnv();
  const { OS_CLIENT_CONFIG_FILE, KUBECONFIG, PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE, ...rest } = all;
  const env = Object.entries(rest).filter(([name]) => !/^(CI|GIT|GITHUB|GITLAB|RUNNER)(_|$)/.test(name));
  const settings = {
    backendUrl: PULUMI_BACKEND_URL ?? "",
    passphrase: PULUMI_CONFIG_PASSPHRASE ?? "",
    cloudsYaml: await readFile(OS_CLIENT_CONFIG_FILE ?? files.cloudsYaml, "utf8"),
    kubeconfig: await readFile(KUBECONFIG ?? files.registrarKubeconfig, "utf8"),
  };
  return { env: Object.fromEntries(env), settings };
}

/** The folders of a job. */
export interface Place {
  /** for the checkout */
  readonly workspace: string;
  /** for what a runner keeps beside it */
  readonly temporary: string;
}

export async function place({ folder }: Site): Promise<Place> {
  await mkdir(folder, { recursive: true });
  const own = await mkdtemp(path.join(folder, "job-"));
  const temporary = path.join(own, "temporary");
  await mkdir(temporary);
  return { workspace: path.join(own, "workspace"), temporary };
}

/** What stands in for `npm ci`. */
export const linkPackages = ({ workspace }: Place): Promise<void> =>
  symlink(path.join(repo, "node_modules"), path.join(workspace, "node_modules"));

/** Runs a script by a shell as the runners do, from a file in the checkout. */
export async function runScript(
  [shell = "sh", ...options]: readonly string[],
  script: string,
  { workspace, temporary }: Place,
  env: Environment,
): Promise<{ ok: boolean; output: string }> {
  const file = path.join(temporary, "script");
  await writeFile(file, script);
  const { exitCode, all } = await execa(shell, [...options, file], {
    cwd: workspace,
    env,
    extendEnv: false,
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: 10 * 60_000,
  });
  return { ok: exitCode === 0, output: all };
}
