import { readdir, readFile } from "node:fs/promises";

/** Variable in the environment of a command and of all that it starts: what it started has process groups of its own. */
export const markVariable = "LAB_TEST_RUN";

async function carries(pid: number, mark: string): Promise<boolean> {
  // gone meanwhile, or a zombie
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(`${markVariable}=${mark}`);
}

async function marked(mark: string): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 1);
  const found = await Promise.all(pids.map(async (pid) => ((await carries(pid, mark)) ? [pid] : [])));
  return found.flat();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends every process that carries the mark, by SIGKILL, and whatever such a process starts meanwhile. */
export async function killMarked(mark: string): Promise<void> {
  for (let pids = await marked(mark); pids.length > 0; pids = await marked(mark)) pids.forEach(kill);
}
