import { execa } from "execa";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { engineEnv } from "../../lab/engine/environment.ts";
import { sh } from "../../lab/runtime/sh.ts";
import { repo, stateDir } from "../../lab/settings.ts";
import { apply } from "../../mutations/apply.ts";
import { mutations } from "../../mutations/list.ts";
import { killMarked, markVariable } from "./processes.ts";
import { putProgram } from "./program.ts";

const namespace = "openstack-baremetal-compute";

/** The program's configuration as a stack file holds it, without the namespace. */
export type Config = Record<string, unknown>;

interface StackFile {
  readonly encryptionsalt?: string;
  readonly config: Config;
}

interface PoolConfig extends Config {
  readonly timeouts: Readonly<Record<string, string>>;
}

/** The lab's stack file, which has one pool. */
async function labConfig(): Promise<{ file: StackFile; pool: PoolConfig }> {
  const file = parse(await readFile(path.join(repo, "stacks/Pulumi.lab.yaml"), "utf8")) as StackFile;
  const key = `${namespace}:pools`;
  const [pool] = file.config[key] as [PoolConfig];
  // a fault shows by a bound that is missed: not worth waiting for as long as a slow machine may take
  const short = process.env["MUTATION"] ? { boot: "45s", servingCsr: "1m" } : {};
  const used = { ...pool, timeouts: { ...pool.timeouts, ...short } };
  return { file: { ...file, config: { ...file.config, [key]: [used] } }, pool: used };
}

export interface Run {
  readonly ok: boolean;
  /** standard output and error as a person sees them */
  readonly output: string;
}

/** How one of the program's own commands ended, as `npm run preflight`, and what it printed. */
export interface Preflight {
  /** undefined: it did not end by itself in time */
  readonly code: number | undefined;
  readonly output: string;
}

/**
 * What is killed of a command: everything that it started as well, its engine only, which orphans the rest, or the node
 * provider only, as by the OOM killer. "cancelled": as CI cancels a job, by SIGTERM, and everything by SIGKILL after a grace.
 */
export type Victim = "command" | "engine" | "plugin" | "cancelled";

/** s that GitHub's runner leaves a cancelled job between the first signal and SIGKILL (actions/runner, ProcessInvoker). */
const cancelGrace = 10;

/** In the command line of the node provider. */
const pluginMain = "components/node/main.ts";

/** A command of pulumi that runs. */
export interface Running {
  /** what it has printed so far */
  readonly output: () => string;
  readonly ended: Promise<Run>;
  /** By SIGKILL; false: it was not there. A command whose plugin is killed ends by itself, and is waited for. */
  readonly kill: (victim?: Victim) => Promise<boolean>;
}

/** The output of a command that has succeeded; one that has not shows its own, what the engine sums up at its end first. */
export function succeeded({ ok, output }: Run): string {
  if (ok) return output;
  const summary = output.indexOf("Diagnostics:");
  throw new Error(summary < 0 ? output : `${output.slice(summary)}\n\n${output.slice(0, summary)}`);
}

/** A copy of the program with a stack file of its own, so that a test may edit both. */
export class Project {
  readonly folder: string;
  readonly stack: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #transcript: string[] = [];
  /** a command line that pulumi is appended to, as one that enters a network namespace */
  through: readonly string[] = [];

  private constructor(folder: string, stack: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.stack = stack;
    this.#env = env;
  }

  /**
   * Starts from stacks/Pulumi.lab.yaml. The environment variable MUTATION puts one of test/mutations into the copy.
   * @param env added to the engine's environment
   */
  static async create(
    stack: string,
    config: Config = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<Project> {
    const folder = path.join(stateDir, "e2e", stack);
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.join(folder, "stacks"), { recursive: true });
    await putProgram(folder);
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    const mutation = process.env["MUTATION"];
    if (mutation) {
      const found = mutations.find(({ name }) => name === mutation);
      if (!found) throw new Error(`no mutation named "${mutation}"`);
      await apply(found, folder);
    }
    const project = new Project(folder, stack, { ...(await engineEnv()), ...env });
    await project.configure(config);
    const selected = await project.#run("stack", "select", "--create", stack);
    if (!selected.ok) throw new Error(selected.output);
    return project;
  }

  /**
   * The same with one pool, which is the lab's with some keys replaced.
   * @param pool these keys; in a file that shares the lab one of them is the name of its OwnPool
   */
  static async withPool(
    stack: string,
    pool: Config,
    config: Config = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<Project> {
    const project = await Project.create(stack, {}, env);
    await project.configure({ ...config, pools: await project.pools(pool) });
    return project;
  }

  /** The same project after `pulumi stack rename`, which renames the stack's file, too. */
  async renamed(stack: string): Promise<Project> {
    succeeded(await this.pulumi("stack", "rename", stack));
    return new Project(this.folder, stack, this.#env);
  }

  get stackFile(): string {
    return path.join(this.folder, "stacks", `Pulumi.${this.stack}.yaml`);
  }

  /** Replaces top-level keys of the lab's configuration; `undefined` leaves a key out. */
  async configure(config: Config): Promise<void> {
    const { file } = await labConfig();
    const changes = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${namespace}:${key}`, value]));
    await writeFile(this.stackFile, stringify({ ...file, config: { ...file.config, ...changes } }));
  }

  /** The lab's pool with some keys replaced; timeouts are replaced one by one. */
  async pools(change: Config): Promise<Config[]> {
    const { pool } = await labConfig();
    return [{ ...pool, ...change, timeouts: { ...pool.timeouts, ...(change["timeouts"] ?? {}) } }];
  }

  pulumi = (...args: readonly string[]): Promise<Run> => this.#run(...args, "--stack", this.stack);

  #run(...args: readonly string[]): Promise<Run> {
    return this.#start(args).ended;
  }

  /** Starts a command that a test means to kill; without a preview, as `up` and `destroy` here. */
  start = (command: "up" | "destroy", ...args: readonly string[]): Running =>
    this.#start([command, "--yes", "--skip-preview", ...args, "--stack", this.stack]);

  #start(args: readonly string[]): Running {
    const mark = randomUUID();
    const [command, ...rest] = [...this.through, "pulumi", ...args, "--non-interactive"];
    const process = execa(command, rest, {
      cwd: this.folder,
      env: { ...this.#env, [markVariable]: mark },
      extendEnv: false,
      all: true,
      stdin: "ignore",
      reject: false,
      timeout: 12 * 60_000,
      killSignal: "SIGINT",
    });
    let printed = "";
    process.all.on("data", (text: Buffer) => (printed += text.toString()));
    const ended = process.then(({ all, exitCode }) => {
      if (!args.includes("--show-secrets")) this.#transcript.push(all);
      return { ok: exitCode === 0, output: all };
    });
    const kill = async (victim: Victim = "command"): Promise<boolean> => {
      if (victim === "plugin") {
        const found = await killMarked(mark, pluginMain);
        await ended;
        return found;
      }
      if (victim === "cancelled") {
        process.kill("SIGTERM");
        await Promise.race([ended, sleep(cancelGrace * 1000)]);
      }
      const found = process.kill("SIGKILL");
      if (victim !== "engine") await killMarked(mark);
      return found;
    };
    return { output: () => printed, ended, kill };
  }

  up = (...args: readonly string[]): Promise<Run> => this.pulumi("up", "--yes", "--skip-preview", ...args);
  preview = (...args: readonly string[]): Promise<Run> => this.pulumi("preview", ...args);
  refresh = (...args: readonly string[]): Promise<Run> => this.pulumi("refresh", "--yes", "--skip-preview", ...args);
  destroy = (...args: readonly string[]): Promise<Run> => this.pulumi("destroy", "--yes", "--skip-preview", ...args);

  /** `npm run preflight` */
  preflight = (...args: readonly string[]): Promise<Preflight> => this.#command("infra/cli/preflight.ts", ...args);

  /** `npm run status` */
  status = (...args: readonly string[]): Promise<Preflight> => this.#command("infra/cli/status.ts", ...args);

  /** A command line as a person types it in the project's folder. */
  async shell(command: string): Promise<void> {
    await sh("sh", ["-c", command], { cwd: this.folder, env: this.#env, extendEnv: false });
  }

  /** `npm run report` */
  report = (...args: readonly string[]): Promise<Preflight> => this.#command("infra/cli/html-report.ts", ...args);

  /** `npm run doctor` */
  doctor = (): Promise<Preflight> => this.#command("infra/cli/doctor.ts");

  /** `npm run repair`: a whole update, without a question */
  repair = (...workers: readonly string[]): Promise<Preflight> =>
    this.#command("infra/cli/repair.ts", "--yes", ...workers);

  async #command(file: string, ...args: readonly string[]): Promise<Preflight> {
    const script = [file, "--stack", this.stack, ...args];
    const options = { cwd: this.folder, env: this.#env, extendEnv: false, all: true, reject: false } as const;
    const timeout = file === "infra/cli/repair.ts" ? 12 * 60_000 : 120_000;
    const { exitCode, all } = await execa("node", script, { ...options, stdin: "ignore", timeout });
    this.#transcript.push(all);
    return { code: exitCode, output: all };
  }

  async outputs<T>(): Promise<T> {
    const { output } = await this.pulumi("stack", "output", "--json");
    return JSON.parse(output) as T;
  }

  /** All that pulumi has printed, except where it was asked for secrets. */
  get transcript(): string {
    return this.#transcript.join("\n");
  }

  /** The temp-URL key in the state, decrypted. */
  async temporaryUrlKey(): Promise<string> {
    const key = /Temp-URL-Key\\*"\s*:\s*\\*"([^"\\]+)/i.exec(await this.export())?.[1];
    if (!key) throw new Error("no temp-URL key in the state");
    return key;
  }

  /** The state as it is stored: its secrets are encrypted. */
  async storedState(): Promise<string> {
    succeeded(await this.pulumi("stack", "export", "--file", this.#stateFile));
    return readFile(this.#stateFile, "utf8");
  }

  /** Puts another state in the place of the stack's. */
  async importState(state: string): Promise<void> {
    await writeFile(this.#stateFile, state, { mode: 0o600 });
    succeeded(await this.pulumi("stack", "import", "--file", this.#stateFile));
  }

  get #stateFile(): string {
    return path.join(this.folder, "state.json");
  }

  /** The state as a person who can open its secrets reads it. */
  async export(): Promise<string> {
    const { output } = await this.pulumi("stack", "export", "--show-secrets");
    return output;
  }
}
