import { writeFile } from "node:fs/promises";
import path from "node:path";
import { blocksOf, pages } from "../../../support/pages.ts";
import { builds } from "../../../lab/builds/build.ts";
import { sh } from "../../../lab/runtime/sh.ts";
import { files } from "../../../lab/settings.ts";

/** A shell whose `oc` is the lab's kubectl, as the administrator, into which blocks of the pages are typed. */
export class PageShell {
  readonly #folder: string;
  readonly #blocks: readonly string[];

  private constructor(folder: string, blocks: readonly string[]) {
    this.#folder = folder;
    this.#blocks = blocks;
  }

  /**
   * @param folder where the shell works
   * @param test the test file that the blocks' fences name
   */
  static async open(folder: string, test: string): Promise<PageShell> {
    const oc = `#!/bin/sh\nexec "${await builds.kube.path()}" kubectl "$@"\n`;
    await writeFile(path.join(folder, "oc"), oc, { mode: 0o755 });
    const blocks = pages.flatMap(blocksOf).filter(({ info }) => info === `sh ${test}`);
    return new PageShell(
      folder,
      blocks.map(({ lines }) => lines.join("\n")),
    );
  }

  /** Types the one block that has this text, and gives what it prints. */
  async type(needle: string, reject = true): Promise<string> {
    const [script, ...others] = this.#blocks.filter((block) => block.includes(needle));
    if (script === undefined || others.length > 0) throw new Error(`not one block of the pages has ${needle}`);
    const env = { ...process.env, KUBECONFIG: files.kubeconfig, PATH: `${this.#folder}:${process.env["PATH"] ?? ""}` };
    return sh("sh", ["-eu", "-c", script], { cwd: this.#folder, env, reject });
  }
}
