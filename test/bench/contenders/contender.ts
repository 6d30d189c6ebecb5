import { execa } from "execa";
import type { Run } from "../../e2e/support/project.ts";
import { environmentWithout } from "../../lab/runtime/environment.ts";
import { noProxy } from "../../lab/runtime/proxy.ts";
import { files } from "../../lab/settings.ts";
import type { Phase } from "../report/statistics.ts";

/** A contender that is ready to begin. Each of its phases starts processes and waits for them. */
export interface Hand extends Readonly<Record<Phase, () => Promise<Run>>> {
  /** Removes what it keeps on this machine; what it left in the cloud is not its business. */
  end(): Promise<void>;
}

export interface Contender {
  /** as the table shows it */
  readonly name: string;
  /** what it leaves to somebody else */
  readonly lacks: string;
  /** what is not measured: folders, configuration, `init` */
  begin(count: number): Promise<Hand>;
}

/** Milliseconds; several times what the slowest takes. */
const timeout = 30 * 60_000;

/** The environment of OpenStack's clients: the lab's cloud, and nothing else of OpenStack or of the tools. */
function environment(): Record<string, string> {
  const own = environmentWithout(/^(OS|TF|TOFU|ANSIBLE|PYTHON)_?/);
  return { ...own, ...noProxy(), OS_CLIENT_CONFIG_FILE: files.cloudsYaml, OS_CLOUD: "lab" };
}

/** Runs a command of a contender in its folder. */
export async function command(
  folder: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const options = { cwd: folder, extendEnv: false, all: true, stdin: "ignore", reject: false, timeout } as const;
  const { exitCode, all } = await execa(file, args, { ...options, env: { ...environment(), ...env } });
  return { ok: exitCode === 0, output: all };
}
