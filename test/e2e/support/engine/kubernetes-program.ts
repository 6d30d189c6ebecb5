import { execa } from "execa";
import { cp, symlink } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "../../../lab/engine/environment.ts";
import { files, repo } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";

const fixture = path.join(repo, "test/lab/engine/fixtures/kubernetes-program");
const stack = "kubernetes-plugin";

/** What the fixture's program says of its objects. */
export interface Outputs {
  readonly namespace: string;
  readonly role: string;
  readonly secret: string;
  readonly foundRules: number;
}

/** A copy of the fixture's program, with a stack of its own. */
export class KubernetesProgram {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
  }

  /** @param token a secret of the program's config */
  static async create(token: string, cleanup: Cleanup): Promise<KubernetesProgram> {
    const folder = await cleanup.folder(stack);
    await cp(fixture, folder, { recursive: true });
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    const program = new KubernetesProgram(folder, await engineEnv());
    cleanup.push(async () => {
      await program.#pulumi("destroy", "--yes", "--skip-preview");
      await program.#pulumi("stack", "rm", "--yes", stack);
    });
    await program.succeed("stack", "select", "--create", stack);
    await program.set("kubeconfig", files.kubeconfig);
    await program.set("--secret", "token", token);
    return program;
  }

  async #pulumi(...args: readonly string[]): Promise<{ ok: boolean; text: string }> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.#folder,
      env: this.#env,
      all: true,
      stdin: "ignore",
      reject: false,
      timeout: 120_000,
      killSignal: "SIGINT",
    });
    return { ok: result.exitCode === 0, text: result.all };
  }

  /** The output of a command that must succeed. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { ok, text } = await this.#pulumi(...args);
    if (!ok) throw new Error(text);
    return text;
  }

  /** The output of a command that must fail. */
  async fail(...args: readonly string[]): Promise<string> {
    const { ok, text } = await this.#pulumi(...args);
    if (ok) throw new Error(`pulumi ${args.join(" ")} should have failed:\n${text}`);
    return text;
  }

  up = (): Promise<string> => this.succeed("up", "--yes", "--skip-preview");
  refresh = (...args: readonly string[]): Promise<string> =>
    this.succeed("refresh", "--yes", "--skip-preview", ...args);
  destroy = (): Promise<string> => this.succeed("destroy", "--yes", "--skip-preview");
  expectNoChanges = (): Promise<string> => this.succeed("preview", "--expect-no-changes");
  set = (...args: readonly string[]): Promise<string> => this.succeed("config", "set", ...args);
  outputs = async (): Promise<Outputs> => JSON.parse(await this.succeed("stack", "output", "--json")) as Outputs;
}
