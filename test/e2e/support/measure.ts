import { readFile } from "node:fs/promises";

/** Figures that a test measures and does not judge. */

/** Proportional and resident set size in MB (proc(5), smaps_rollup). */
export interface Memory {
  readonly pss: number;
  readonly rss: number;
}

export async function memoryOf(pid: number | undefined): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
  return { pss: field("Pss"), rss: field("Rss") };
}

/** Looks at a process's memory until it is stopped, which returns the peak. */
export function watchMemory(pid: number | undefined): () => Memory {
  let peak: Memory = { pss: 0, rss: 0 };
  const sampling = setInterval(() => {
    void memoryOf(pid).then(({ pss, rss }) => {
      peak = { pss: Math.max(peak.pss, pss), rss: Math.max(peak.rss, rss) };
    });
  }, 200);
  return () => {
    clearInterval(sampling);
    return peak;
  };
}

export const inMegabytes = ({ pss, rss }: Memory): string => `PSS ${pss.toFixed(0)} MB, RSS ${rss.toFixed(0)} MB`;

/** @param sorted ms, the shortest first */
export const percentile = (sorted: readonly number[], p: number): string =>
  `p${p} ${((sorted[Math.ceil((sorted.length * p) / 100) - 1] ?? NaN) / 1000).toFixed(2)} s`;

/** Prints a line, without the place in the source that Jest adds to what is logged. */
export function report(line: string): void {
  process.stderr.write(`measured: ${line}\n`);
}
