import { rename, rm, writeFile } from "node:fs/promises";
import { latencies, latenciesFile } from "../../../lab/settings.ts";

/** Lets all machines take other times than the lab's own, in seconds, from now on. */
export async function setLatencies(change: Partial<typeof latencies>): Promise<void> {
  await writeFile(`${latenciesFile}.tmp`, JSON.stringify(change));
  await rename(`${latenciesFile}.tmp`, latenciesFile);
}

export const resetLatencies = (): Promise<void> => rm(latenciesFile, { force: true });
