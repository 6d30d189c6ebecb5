import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stateDir } from "../settings.ts";
import { startTime } from "./processes.ts";

const file = `${stateDir}.lock`;

/** Runs `work` as the only one on this machine that changes the lab; a lock whose owner has died does not count. */
export async function exclusively(work: () => Promise<void>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const mine = `${process.pid} ${await startTime(process.pid)}`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const [pid, started] = (await readFile(file, "utf8")).split(" ");
    if (started && (await startTime(Number(pid))) === started) {
      throw new Error(`another command (pid ${pid}) is changing the lab; wait for it or end it`);
    }
    await rm(file, { force: true });
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}
