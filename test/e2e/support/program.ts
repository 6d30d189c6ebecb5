import { execa } from "execa";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { sh } from "../../lab/runtime/sh.ts";
import { repo } from "../../lab/settings.ts";

/** What a program is made of, of any release. */
const parts = ["infra", "components", "Pulumi.yaml", "package.json", "tsconfig.json"] as const;

const removeProgram = async (folder: string): Promise<void> => {
  for (const part of parts) await rm(path.join(folder, part), { recursive: true, force: true });
};

/** Puts the program of this checkout into a folder, in the place of any other. */
export async function putProgram(folder: string): Promise<void> {
  await removeProgram(folder);
  for (const part of ["ci", ...parts]) await cp(path.join(repo, part), path.join(folder, part), { recursive: true });
}

/**
 * Puts the program of a commit in the place of the one in a folder, with the packages of this checkout.
 *
 * @throws where the history does not have the commit, as in a shallow clone
 */
export async function putProgramOf(commit: string, folder: string): Promise<void> {
  await sh("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: repo });
  await removeProgram(folder);
  const archive = execa("git", ["archive", commit, "--", ...parts], { cwd: repo, encoding: "buffer" });
  await archive.pipe("tar", ["-x", "-C", folder]);
}
