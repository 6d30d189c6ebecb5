import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** A stack of a file backend. */
interface StateFile {
  /** of the backend, as `pulumi whoami --json` names it: `file://<folder>?<options>` */
  readonly backend: string;
  readonly project: string;
  readonly stack: string;
}

/** What pulumi prints of a state that is no whole JSON (pkg/resource/stack, UnmarshalVersionedCheckpointToLatestCheckpoint). */
export const isUnreadableState = (printed: string): boolean => printed.includes("failed to load checkpoint");

/** The folder of a file backend; undefined: it is none. `~` is what Pulumi takes for the home folder (backend/diy, massageBlobPath). */
function folderOf(backend: string): string | undefined {
  const [, folder] = /^file:\/\/([^?]*)/.exec(backend) ?? [];
  return folder?.replace(/^~/, homedir());
}

async function isReadable(file: string): Promise<boolean> {
  try {
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as { checkpoint?: unknown };
    return checkpoint !== undefined;
  } catch {
    return false;
  }
}

/** Files of a folder that ends in .json, the newest first; none where there is no folder. */
async function newestIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).map((name) => path.join(folder, name));
  const dated = await Promise.all(files.map(async (file) => ({ file, modified: (await stat(file)).mtimeMs })));
  return dated.toSorted((a, b) => b.modified - a.modified).map(({ file }) => file);
}

/** The newest whole copy: that of the step before (.bak), else those of the ends of earlier commands (backups). */
async function lastCopy(root: string, { project, stack }: StateFile, file: string): Promise<string | undefined> {
  for (const copy of [`${file}.bak`, ...(await newestIn(path.join(root, "backups", project, stack)))]) {
    if (await isReadable(copy)) return copy;
  }
  return undefined;
}

interface Way {
  readonly what: string;
  readonly commands: readonly string[];
  readonly then: string;
}

const takesOver = "`pulumi up` takes over what the state does not have";

async function wayBack(root: string, state: StateFile): Promise<Way> {
  const file = path.join(root, "stacks", state.project, `${state.stack}.json`);
  if (await isReadable(file)) {
    // its attributes, which Pulumi does not need (a kill while they are written leaves them empty)
    const what = "the state itself is whole, the file of its attributes is not; remove that";
    return { what, commands: [`rm '${file}.attrs'`], then: "repeat the command that was interrupted" };
  }
  const copy = await lastCopy(root, state, file);
  if (copy === undefined) {
    const what = "there is no whole copy of the state; begin with an empty one";
    return { what, commands: [`rm '${file}'`, `pulumi stack init ${state.stack}`], then: `${takesOver}: run it` };
  }
  const then = copy.endsWith(".bak")
    ? "repeat the command that was interrupted: this copy is one step old"
    : `${takesOver}: run it, also before a \`pulumi destroy\``;
  return { what: "put its last whole copy back", commands: [`cp '${copy}' '${file}'`], then };
}

/**
 * What to do about a state that Pulumi cannot read. A file backend puts what it could write of a state in the place of the
 * one before, also where the disk was full (gocloud.dev, fileblob: WriteAll closes the writer after a failed write).
 *
 * @returns undefined for a backend that is no folder
 */
export async function unreadableStateRemedy(state: StateFile): Promise<string | undefined> {
  const folder = folderOf(state.backend);
  if (folder === undefined) return undefined;
  const { what, commands, then } = await wayBack(path.join(folder, ".pulumi"), state);
  return [
    `A full disk or a kill while Pulumi wrote does this. Free space in ${folder}; ${what}:`,
    ...commands.map((command) => `    ${command}`),
    `Then ${then}.`,
  ].join("\n");
}
