import type { EventLog, Step } from "./event-log.ts";
import { creates, deletes, nodeType } from "./lives.ts";

/** How many workers of a pool are in service during an update. */
export interface Capacity {
  readonly pool: string;
  /** of how many workers the log tells */
  readonly size: number;
  /** since `at`, in ms, so many are; the first is the begin of the update */
  readonly points: readonly { readonly at: number; readonly inService: number }[];
  /** the names of the workers that were out of service together while they were replaced, in their order */
  readonly waves: readonly Wave[];
}

export interface Wave {
  readonly from: number;
  readonly to: number;
  readonly workers: readonly string[];
}

/** When a worker leaves the service, and when it is back. */
function changesOf(steps: readonly Step[]): { at: number; by: number }[] {
  return steps.flatMap((step) => {
    if (deletes(step)) return [{ at: step.from, by: -1 }];
    return creates(step) && step.outcome === "done" ? [{ at: step.to, by: 1 }] : [];
  });
}

/** Workers whose replacements overlap are of one wave. */
function wavesOf(byWorker: ReadonlyMap<string, readonly Step[]>, end: number): Wave[] {
  const away = [...byWorker].flatMap(([worker, steps]) => {
    const left = steps.find(deletes);
    const back = left && steps.find((step) => creates(step) && step.from >= left.from);
    return left && back ? [{ worker, from: left.from, to: back.outcome === "done" ? back.to : end }] : [];
  });
  const waves: Wave[] = [];
  for (const { worker, from, to } of away.toSorted((a, b) => a.from - b.from)) {
    const last = waves.at(-1);
    if (last && from < last.to)
      waves[waves.length - 1] = { ...last, to: Math.max(last.to, to), workers: [...last.workers, worker] };
    else waves.push({ from, to, workers: [worker] });
  }
  return waves;
}

function capacityOf(pool: string, byWorker: ReadonlyMap<string, readonly Step[]>, { from, to }: EventLog): Capacity {
  const before = [...byWorker.values()].filter(([first]) => first && !creates(first)).length;
  const points = [{ at: from, inService: before }];
  const changes = [...byWorker.values()].flatMap(changesOf).toSorted((a, b) => a.at - b.at);
  let inService = before;
  for (const { at, by } of changes) {
    inService += by;
    if (points.at(-1)?.at === at) points.pop();
    if (points.at(-1)?.inService !== inService) points.push({ at, inService });
  }
  return { pool, size: byWorker.size, points, waves: wavesOf(byWorker, to) };
}

/** @param poolOf the pool of a worker */
export function capacitiesOf(log: EventLog, poolOf: (worker: string) => string): Capacity[] {
  const nodes = log.steps.filter(({ type }) => type === nodeType);
  return [...Map.groupBy(nodes, ({ name }) => poolOf(name))]
    .map(([pool, steps]) =>
      capacityOf(
        pool,
        Map.groupBy(steps, ({ name }) => name),
        log,
      ),
    )
    .toSorted((a, b) => a.pool.localeCompare(b.pool, "en"));
}
