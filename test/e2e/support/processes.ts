import { readdir, readFile } from "node:fs/promises";

/** Variable in the environment of a command and of all that it starts: what it started has process groups of its own. */
export const markVariable = "LAB_TEST_RUN";

async function carries(pid: number, mark: string): Promise<boolean> {
  // gone meanwhile, or a zombie
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(`${markVariable}=${mark}`);
}

async function runs(pid: number, command: string): Promise<boolean> {
  const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return words.replaceAll("\0", " ").includes(command);
}

async function marked(mark: string, command: string): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 1);
  const isMeant = async (pid: number): Promise<boolean> => (await carries(pid, mark)) && runs(pid, command);
  const found = await Promise.all(pids.map(async (pid) => ((await isMeant(pid)) ? [pid] : [])));
  return found.flat();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Ends every process that carries the mark, by SIGKILL, and whatever such a process starts meanwhile.
 * @param command only those that have this in their command line
 * @returns whether there was one
 */
export async function killMarked(mark: string, command = ""): Promise<boolean> {
  const left = (): Promise<number[]> => marked(mark, command);
  let found = false;
  for (let pids = await left(); pids.length > 0; pids = await left()) {
    found = true;
    pids.forEach(kill);
  }
  return found;
}
