import { readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { readProblem } from "../lib/errors.ts";
import { shownPath } from "../lib/shown-path.ts";
import { CloudError } from "./error.ts";

export interface Found {
  readonly file: string;
  readonly text: string;
}

/** Goes by the user's entry in the password database before HOME, as the provider does (Go's os/user). */
function home(): string {
  try {
    return userInfo().homedir;
  } catch {
    // a user without an entry, as in a container
    return homedir();
  }
}

/** Where the OpenStack provider looks for clouds.yaml, secure.yaml and clouds-public.yaml, in this order. */
export const searchFolders = (): readonly string[] => [
  process.cwd(),
  path.join(home(), ".config/openstack"),
  "/etc/openstack",
];

/** The text of a file; undefined if there is none. Throws a CloudError if it cannot be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw new CloudError({
      problem: `${shownPath(file)}: ${readProblem(error)}`,
      expected: "a readable file",
      remedy: "give yourself the right to read it",
      cause: error,
    });
  }
}

/** The first file of this name in the folders; `.yml` counts only where no folder has the `.yaml`. */
export async function search(name: string, folders: readonly string[]): Promise<Found | undefined> {
  for (const ending of [".yaml", ".yml"]) {
    for (const folder of folders) {
      const file = path.join(folder, `${name}${ending}`);
      const text = await readIfThere(file);
      if (text !== undefined) return { file, text };
    }
  }
  return undefined;
}

/**
 * The certificates that a PEM bundle has.
 * @param bundle a path, which may begin with ~, or the text itself
 * @param key where the bundle is set, for the error
 */
export async function readCa(bundle: string, key: string): Promise<string> {
  const file = bundle.startsWith("~/") ? path.join(homedir(), bundle.slice(2)) : bundle;
  const text = await readIfThere(file);
  const found = text ?? bundle;
  if (found.includes("-----BEGIN CERTIFICATE-----")) return found;
  const refuse = (problem: string): never => {
    throw new CloudError({ problem, expected: "a PEM bundle", remedy: `correct ${key}` });
  };
  if (text !== undefined) return refuse(`${shownPath(file)} holds no certificate`);
  if (bundle.includes("\n")) return refuse(`the text of ${key} holds no certificate`);
  return refuse(`there is no file ${shownPath(file)}`);
}
