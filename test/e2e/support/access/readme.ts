import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { builds } from "../../../lab/builds/build.ts";
import { sh } from "../../../lab/runtime/sh.ts";
import { files, repo } from "../../../lab/settings.ts";

/** A shell whose `oc` is the lab's kubectl, as the administrator, into which the README's blocks are typed. */
export class ReadmeShell {
  readonly #folder: string;
  readonly #blocks: readonly string[];

  private constructor(folder: string, blocks: readonly string[]) {
    this.#folder = folder;
    this.#blocks = blocks;
  }

  /** @param folder where the shell works */
  static async open(folder: string): Promise<ReadmeShell> {
    const oc = `#!/bin/sh\nexec "${await builds.kube.path()}" kubectl "$@"\n`;
    await writeFile(path.join(folder, "oc"), oc, { mode: 0o755 });
    const readme = await readFile(path.join(repo, "README.md"), "utf8");
    return new ReadmeShell(
      folder,
      [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block),
    );
  }

  /** Types the one block that has this text, and gives what it prints. */
  async type(needle: string, reject = true): Promise<string> {
    const [script, ...others] = this.#blocks.filter((block) => block.includes(needle));
    if (script === undefined || others.length > 0) throw new Error(`not one block of the README has ${needle}`);
    const env = { ...process.env, KUBECONFIG: files.kubeconfig, PATH: `${this.#folder}:${process.env["PATH"] ?? ""}` };
    return sh("sh", ["-eu", "-c", script], { cwd: this.#folder, env, reject });
  }
}
