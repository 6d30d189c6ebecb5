import { readdir, readFile } from "node:fs/promises";

/**
 * Memory of the processes of the given groups, in MiB: proportional set size, so that what forked workers and the
 * copies of one binary share counts once.
 */
export async function memoryOfGroups(groups: ReadonlySet<number>): Promise<number> {
  let kib = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
    if (!groups.has(group)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    kib += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kib / 1024;
}
