import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "./project-folder.ts";
import { isUnreadableState, unreadableStateRemedy } from "./unreadable-state.ts";

export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  /** all that it has printed */
  readonly printed: string;
}

/** Runs a command of pulumi to its end, whatever becomes of it. */
export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: projectFolder, env: { ...process.env, ...env }, maxBuffer: 1 << 30 };
    const child = execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) =>
      // a command that could not be started has printed nothing
      resolve({ ok: error === null, stdout, printed: `${stdout}${stderr}` || (error?.message ?? "") }),
    );
    child.stdin?.end();
  });
}

/** What a command has printed that failed, with what to do where the state cannot be read. */
async function failure(printed: string, stack: string): Promise<string> {
  if (!isUnreadableState(printed)) return printed.trim();
  const { ok, stdout } = await run(["whoami", "--json"]);
  if (!ok) return printed.trim();
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(stdout));
  const { name } = z
    .object({ name: z.string() })
    .parse(parse(await readFile(path.join(projectFolder, "Pulumi.yaml"), "utf8")));
  const remedy = await unreadableStateRemedy({ backend: url, project: name, stack: path.posix.basename(stack) });
  return [printed.trim(), ...(remedy === undefined ? [] : [remedy])].join("\n");
}

/** The standard output of a command on a stack. Throws an error that is all it has printed if it fails. */
export async function pulumi(stack: string, ...args: readonly string[]): Promise<string> {
  const { ok, stdout, printed } = await run([...args, "--stack", stack]);
  if (!ok) throw new Error(await failure(printed, stack));
  return stdout;
}

/**
 * What the program writes into a file when it is run in a preview, and declares nothing. The preview itself fails then: its
 * output is needed only if there is no file.
 *
 * @param variable of the environment, with the file's path
 */
export async function programReport(stack: string, variable: string): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "report-"));
  try {
    const file = path.join(folder, "report.json");
    const { printed } = await run(["preview", "--stack", stack], { [variable]: file });
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) throw new Error(`pulumi preview wrote no report:\n${await failure(printed, stack)}`);
    return JSON.parse(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
