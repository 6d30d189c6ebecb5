import { engineMargin, forcedDrain } from "../lifecycle/defaults.ts";
import { formatDuration } from "../lib/duration.ts";

/**
 * How long the signed URL of a worker has to be valid. It is signed when the worker's server is declared, and an expired
 * one is final for Ignition. Between the two lie the queue behind `--parallel`, the drain and the deletion of the worker
 * that the server replaces, the wait for a free host, its build and its boot. The engine takes the two deletions, the wait and
 * the build for one chain of steps (pulumi/pulumi, pkg/resource/deploy, step_generator.go and deployment_executor.go).
 */

/** Bounds in seconds of what lies between the signing and the fetch. */
export interface OwnBounds {
  readonly timeouts: Readonly<Record<"provision" | "boot" | "delete", number>>;
  readonly drain: { readonly timeout: number; readonly onTimeout: "fail" | "force" };
  /** of the wait for a free host; undefined: there is none */
  readonly hostBound?: Term | undefined;
}

/** Bounds in seconds of everything that keeps one of the engine's places. */
export interface WorkerBounds extends OwnBounds {
  readonly timeouts: Readonly<Record<"provision" | "boot" | "delete" | "servingCsr" | "ready", number>>;
}

/** A part of the time, e.g. that of `timeouts.boot`. */
export interface Term {
  readonly name: string;
  readonly seconds: number;
}

export const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, { seconds }) => sum + seconds, 0);

/** `timeouts.provision 1h40m + timeouts.boot 1h = 2h40m` */
export function renderSum(terms: readonly Term[]): string {
  const parts = terms.map(({ name, seconds }) => `${name} ${formatDuration(seconds)}`);
  return `${parts.join(" + ")} = ${formatDuration(sumOf(terms))}`;
}

/** From the end of the former worker to a server that is built: one chain of the engine's steps. */
const replacement = ({ timeouts, drain, hostBound }: OwnBounds): Term[] => [
  { name: "drain.timeout", seconds: drain.timeout },
  ...(drain.onTimeout === "force" ? [{ name: "drain.onTimeout: force", seconds: forcedDrain }] : []),
  { name: "timeouts.delete", seconds: timeouts.delete },
  ...(hostBound === undefined ? [] : [hostBound]),
  { name: "timeouts.provision", seconds: timeouts.provision },
  // a drain that waits for the API server's first answer, the requests between the steps, clocks that differ
  { name: "margin", seconds: engineMargin },
];

/** What may pass at most for a worker that queues behind no other. */
export const ownTerms = (bounds: OwnBounds): Term[] => [
  ...replacement(bounds),
  { name: "timeouts.boot", seconds: bounds.timeouts.boot },
];

/** Seconds for which a worker may keep a place: its server's, or that of its join. */
function longestTurn(bounds: WorkerBounds): number {
  const { boot, servingCsr, ready } = bounds.timeouts;
  return Math.max(sumOf(replacement(bounds)), boot + servingCsr + ready + engineMargin);
}

export interface Queue {
  /** bounds of all workers that may be declared at the same time, those of a pool once */
  readonly pools: readonly WorkerBounds[];
  /** how many workers these are */
  readonly workers: number;
  /** how many resources Pulumi works on at once; undefined: without a bound */
  readonly parallel: number | undefined;
}

/**
 * What may pass before a worker has its turn. A worker has one step at a time in the queue, which serves them in their
 * order, so that each of the others is before it once.
 */
export function queueTerms({ pools, workers, parallel }: Queue): Term[] {
  if (parallel === undefined || workers <= parallel) return [];
  const rounds = Math.ceil(workers / parallel) - 1;
  const turn = Math.max(...pools.map(longestTurn));
  const name =
    `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${formatDuration(turn)} before it, ` +
    `of ${workers} workers with --parallel ${parallel}:`;
  return [{ name, seconds: rounds * turn }];
}
