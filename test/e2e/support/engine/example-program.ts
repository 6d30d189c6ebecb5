import { execa } from "execa";
import { cp, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "../../../lab/engine/environment.ts";
import { files, repo } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";

/** A copy of a project in examples/, with a stack of its own, run as the cluster's administrator. */
export class ExampleProgram {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
  }

  static async create(example: string, stack: string, cleanup: Cleanup): Promise<ExampleProgram> {
    const folder = await cleanup.folder(stack);
    await cp(path.join(repo, "examples", example), folder, { recursive: true });
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const program = new ExampleProgram(folder, { ...(await engineEnv()), KUBECONFIG: files.kubeconfig });
    cleanup.push(async () => {
      await program.pulumi("destroy", "--yes", "--skip-preview");
      await program.pulumi("stack", "rm", "--yes", stack);
    });
    await program.pulumi("stack", "select", "--create", stack);
    return program;
  }

  /** The output of a command. Throws all that it has printed if it fails. */
  async pulumi(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, env: this.#env, extendEnv: false, all: true, reject: false } as const;
    const command = [...args, "--non-interactive"];
    const { exitCode, all, stdout } = await execa("pulumi", command, { ...options, stdin: "ignore", timeout: 120_000 });
    if (exitCode !== 0) throw new Error(all);
    return stdout;
  }
}
