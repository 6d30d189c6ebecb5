import { execa } from "execa";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { languageYaml } from "../../../lab/builds/language-yaml.ts";
import { chosen } from "../../../lab/engine/choice.ts";
import { engineEnv } from "../../../lab/engine/environment.ts";
import { files, repo } from "../../../lab/settings.ts";
import { install, newProject, packInto } from "../../../support/new-project.ts";
import type { Cleanup } from "../cleanup.ts";

type Environment = Readonly<Record<string, string>>;

/** PATH with the language host of Pulumi YAML, which is built unless the cache has it: the first time takes a minute or two. */
async function yamlPath(): Promise<string> {
  const { PATH = "" } = await engineEnv();
  if ((await chosen())?.kind === "official") return PATH;
  const { step } = languageYaml;
  if (!(await step.check())) await step.up(() => undefined);
  return [path.dirname(await languageYaml.path()), PATH].join(path.delimiter);
}

/** A copy of a project in examples/, with a stack of its own. */
export class ExampleProgram {
  readonly #folder: string;
  readonly #env: Environment;

  private constructor(folder: string, env: Environment) {
    this.#folder = folder;
    this.#env = env;
  }

  /** One that needs Pulumi's packages alone, run as the cluster's administrator. */
  static async create(example: string, stack: string, cleanup: Cleanup): Promise<ExampleProgram> {
    const folder = await cleanup.folder(stack);
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
    return ExampleProgram.#at(folder, example, stack, cleanup, { KUBECONFIG: files.kubeconfig });
  }

  /** One that has installed the package, run as the program's own account. */
  static async installed(example: string, stack: string, cleanup: Cleanup): Promise<ExampleProgram> {
    const folder = await cleanup.folder(stack);
    await newProject(folder);
    return ExampleProgram.#at(folder, example, stack, cleanup);
  }

  /** One in Pulumi YAML, whose component has the package beside it, run as the program's own account. */
  static async inYaml(example: string, stack: string, cleanup: Cleanup): Promise<ExampleProgram> {
    const folder = await cleanup.folder(stack);
    const component = path.join(folder, "component");
    await mkdir(component);
    await packInto(component);
    await rm(path.join(component, "built"), { recursive: true });
    await cp(path.join(repo, "examples", example, "component"), component, { recursive: true });
    await install(component);
    return ExampleProgram.#at(folder, example, stack, cleanup, { PATH: await yamlPath() });
  }

  static async #at(
    folder: string,
    example: string,
    stack: string,
    cleanup: Cleanup,
    env: Environment = {},
  ): Promise<ExampleProgram> {
    await cp(path.join(repo, "examples", example), folder, { recursive: true });
    const program = new ExampleProgram(folder, { ...(await engineEnv()), ...env });
    cleanup.push(async () => {
      await program.pulumi("destroy", "--yes", "--skip-preview");
      await program.pulumi("stack", "rm", "--yes", stack);
    });
    await program.pulumi("stack", "select", "--create", stack);
    return program;
  }

  /** Writes a file of the project. */
  write = (file: string, text: string): Promise<void> => writeFile(path.join(this.#folder, file), text);

  /** The standard output of a command. Throws all that it has printed if it fails. */
  async pulumi(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, env: this.#env, extendEnv: false, all: true, reject: false } as const;
    const limits = { timeout: 12 * 60_000, killSignal: "SIGINT" } as const;
    const command = [...args, "--non-interactive"];
    const { exitCode, all, stdout } = await execa("pulumi", command, { ...options, ...limits, stdin: "ignore" });
    if (exitCode !== 0) throw new Error(all);
    return stdout;
  }
}
