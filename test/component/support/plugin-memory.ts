import { readFile } from "node:fs/promises";
import type { Plugin } from "./plugin-client.ts";

/** MiB of memory that the plugin's process has for itself, and its largest resident size ever (proc(5)). */
export async function memoryOf({ process: { pid } }: Plugin): Promise<{ pss: number; peak: number }> {
  const mib = async (file: string, key: string) => {
    const text = await readFile(`/proc/${pid}/${file}`, "utf8");
    return Math.round(Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1024);
  };
  return { pss: await mib("smaps_rollup", "Pss"), peak: await mib("status", "VmHWM") };
}

/** MiB that the plugin may take, however many workers it works on. */
export const memoryLimit = 200;
