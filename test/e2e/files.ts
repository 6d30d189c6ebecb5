import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../lab/settings.ts";

/**
 * Whether a file of end-to-end tests may run while others use the lab. One that may says so in its first line, and why:
 * it changes nothing that others see, and looks at nothing that others change. Any other has the lab to itself.
 */
const sharesTheLab = /^\/\*\* (@nightly )?@shared /;

/** In the first line of a file that takes minutes and whose rules quicker tests hold too, or that needs large downloads: on the lab it runs at night. */
const atNight = "/** @nightly ";

export interface Files {
  readonly shared: readonly string[];
  readonly exclusive: readonly string[];
}

/** The files by their paths in the repository, of each run of `npm test` or of the nightly run only. */
export async function e2eFiles(of: "each run" | "nightly"): Promise<Files> {
  const shared: string[] = [];
  const exclusive: string[] = [];
  for await (const file of glob("test/e2e/**/*.test.ts", { cwd: repo })) {
    const text = await readFile(path.join(repo, file), "utf8");
    if (text.startsWith(atNight) !== (of === "nightly")) continue;
    (sharesTheLab.test(text) ? shared : exclusive).push(file);
  }
  return { shared: shared.toSorted(), exclusive: exclusive.toSorted() };
}
