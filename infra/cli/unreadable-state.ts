import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { reasonOf } from "../../components/lib/errors.ts";

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
export function folderOf(backend: string): string | undefined {
  const [, folder] = /^file:\/\/([^?]*)/.exec(backend) ?? [];
  return folder?.replace(/^~/, homedir());
}

/** What a reading yields; undefined: what is read does not exist. Any other error says nothing of what is there. */
async function ifExists<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const textOf = (file: string): Promise<string | undefined> => ifExists(readFile(file, "utf8"));

function isWhole(text: string): boolean {
  try {
    const { checkpoint } = JSON.parse(text) as { checkpoint?: unknown };
    return checkpoint !== undefined;
  } catch {
    return false;
  }
}

/** Files of a folder that ends in .json, the newest first; none where there is no folder. */
async function newestIn(folder: string): Promise<string[]> {
  const names = (await ifExists(readdir(folder))) ?? [];
  const files = names.filter((name) => name.endsWith(".json")).map((name) => path.join(folder, name));
  const dated = await Promise.all(files.map(async (file) => ({ file, modified: (await stat(file)).mtimeMs })));
  return dated.toSorted((a, b) => b.modified - a.modified).map(({ file }) => file);
}

/** The newest whole copy: that of the step before (.bak), else those of the ends of earlier commands (backups). */
async function lastCopy(root: string, { project, stack }: StateFile, file: string): Promise<string | undefined> {
  for (const copy of [`${file}.bak`, ...(await newestIn(path.join(root, "backups", project, stack)))]) {
    const text = await textOf(copy);
    if (text !== undefined && isWhole(text)) return copy;
  }
  return undefined;
}

/** One word for a shell. */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Way {
  readonly what: string;
  readonly commands: readonly string[];
  readonly then: string;
}

const takesOver = "`pulumi up` takes over what the state does not have";

/** @returns undefined: the state is not where it is looked for, as one that is compressed */
async function wayBack(root: string, state: StateFile): Promise<Way | undefined> {
  const file = path.join(root, "stacks", state.project, `${state.stack}.json`);
  const text = await textOf(file);
  if (text === undefined) return undefined;
  if (isWhole(text)) {
    // its attributes, which Pulumi does not need (a kill while they are written leaves them empty)
    const what = "the state itself is whole, the file of its attributes is not; remove that";
    return { what, commands: [`rm ${word(`${file}.attrs`)}`], then: "repeat the command that was interrupted" };
  }
  const copy = await lastCopy(root, state, file);
  if (copy === undefined) {
    const what = "there is no whole copy of the state; begin with an empty one";
    return { what, commands: [`rm ${word(file)}`, `pulumi stack init ${state.stack}`], then: `${takesOver}: run it` };
  }
  const then = copy.endsWith(".bak")
    ? "repeat the command that was interrupted: this copy is one step old"
    : `${takesOver}: run it, also before a \`pulumi destroy\``;
  return { what: "put its last whole copy back", commands: [`cp ${word(copy)} ${word(file)}`], then };
}

const render = (folder: string, { what, commands, then }: Way): string =>
  [
    `A full disk or a kill while Pulumi wrote does this. Free space in ${folder}; ${what}:`,
    ...commands.map((command) => `    ${command}`),
    `Then ${then}.`,
  ].join("\n");

/**
 * What to do about a state that Pulumi cannot read. A file backend puts what it could write of a state in the place of the
 * one before, also where the disk was full (gocloud.dev, fileblob: WriteAll closes the writer after a failed write). Pulumi
 * says the same of a file that it may not read (backend/diy/state.go, getSnapshot): that one may be whole.
 *
 * @returns undefined for a backend that is no folder, and for a state that is not a file of its own name there
 */
export async function unreadableStateRemedy(state: StateFile): Promise<string | undefined> {
  const folder = folderOf(state.backend);
  if (folder === undefined) return undefined;
  try {
    const way = await wayBack(path.join(folder, ".pulumi"), state);
    return way && render(folder, way);
  } catch (error) {
    return `Whether the state and its copies in ${folder} are whole is not known: ${reasonOf(error)}. Make them readable first.`;
  }
}
