import { readdirSync, readFileSync } from "node:fs";
import type { Figures } from "../report/statistics.ts";
import { descendants, parseStat, ticksPerSecond } from "./processes.ts";

/** Milliseconds between two looks at the processes. */
const interval = 250;

/** A file of /proc; empty when its process has gone. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Every process that this one has started, directly or not, and that has not ended. */
export function started(): number[] {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").map(Number)) {
    const stat = pid > 0 ? read(pid, "stat") : "";
    if (stat !== "") parents.set(pid, parseStat(stat).parent);
  }
  return descendants(parents, process.pid);
}

/** Proportional set size in MiB: what processes share counts once. */
const memoryOf = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(read(pid, "smaps_rollup"))?.[1] ?? 0) / 1024;

/** CPU ticks of all processes that this one has started and that have ended. */
const spent = (): number => parseStat(read(process.pid, "stat")).reaped;

/**
 * Does the work and measures the processes that it starts: all of them must have ended when it is done, and nothing else
 * may be started meanwhile.
 * @param besides processes that were started before and go on: they are not measured
 */
export async function measured<T>(
  work: () => Promise<T>,
  besides: readonly number[] = [],
): Promise<{ value: T; figures: Figures }> {
  let memory = 0;
  const sampling = setInterval(() => {
    const own = started().filter((pid) => !besides.includes(pid));
    memory = Math.max(
      memory,
      own.reduce((sum, pid) => sum + memoryOf(pid), 0),
    );
  }, interval);
  const [ticks, began] = [spent(), performance.now()];
  try {
    const value = await work();
    const seconds = (performance.now() - began) / 1000;
    return { value, figures: { seconds, cpu: (spent() - ticks) / ticksPerSecond, memory } };
  } finally {
    clearInterval(sampling);
  }
}
