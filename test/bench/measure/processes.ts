/** What proc(5) says of processes, as plain data. */

/** A process, by the file stat of its folder. Times are clock ticks of user and system together. */
export interface Stat {
  readonly parent: number;
  readonly own: number;
  /** of its ended children that were waited for, and of theirs */
  readonly reaped: number;
}

/** Clock ticks a second in proc(5), on every Linux that Node runs on. */
export const ticksPerSecond = 100;

/** @param text a file /proc/<pid>/stat; the name in it may hold spaces and parentheses */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (field: number): number => Number(fields[field - 3]);
  return { parent: number(4), own: number(14) + number(15), reaped: number(16) + number(17) };
}

/**
 * All processes below one.
 * @param parents parents by process
 */
export function descendants(parents: ReadonlyMap<number, number>, root: number): number[] {
  const children = Map.groupBy(parents.keys(), (pid) => parents.get(pid));
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}
