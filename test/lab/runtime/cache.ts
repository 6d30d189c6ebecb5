import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cacheDir } from "../settings.ts";

/** Hash of the pins (lock files, sources, flags) that decide what a build yields: 16 hex digits. */
export async function pinHash(pinFiles: readonly string[], ...flags: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const name of pinFiles) {
    hash
      .update(`${path.basename(name)}\0`)
      .update(await readFile(name))
      .update("\0");
  }
  for (const flag of flags) hash.update(`${flag}\0`);
  return hash.digest("hex").slice(0, 16);
}

/** Folder of a cache entry; it exists only when it is complete. */
export const entry = (name: string, hash: string): string => path.join(cacheDir, `${name}-${hash}`);

/** Removes what killed builds of this entry have left. */
async function sweep(target: string): Promise<void> {
  const prefix = `${path.basename(target)}.`;
  for (const name of await readdir(path.dirname(target)).catch(() => [])) {
    const pid = name.startsWith(prefix) && /^(\d+)\.tmp$/.exec(name.slice(prefix.length))?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) await rm(path.join(path.dirname(target), name), { recursive: true });
  }
}

/** Fills a cache entry by way of a temporary folder beside it, so that a killed build leaves no half entry. */
export async function fill(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return;
  await sweep(target);
  const temporary = `${target}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    await build(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
