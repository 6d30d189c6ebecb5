import { type MaxUnavailable } from "./max-unavailable.ts";

/**
 * Workers that a roll attaches in addition to those of the pool, so that it takes fewer out of service, or none. A worker's
 * name is its Node's, and an update declares a worker once: so they are workers of their own, with the next free numbers, and
 * it is the update after the roll that detaches them. Pure.
 */

/** What the user is told of each: the config does not have it. */
export const surgeText = "surge worker of the roll, detached by the next `pulumi up`";

/**
 * The number that `maxSurge` stands for: a percentage is rounded up, as that of a Deployment
 * (k8s.io/kubernetes, pkg/controller/deployment/util/deployment_util.go, ResolveFenceposts).
 *
 * @param workers how many the pool has
 */
export const surgeOf = (maxSurge: MaxUnavailable, workers: number): number =>
  typeof maxSurge === "number" ? maxSurge : Math.ceil((Number.parseInt(maxSurge, 10) * workers) / 100);

/** How many workers a roll may have out of service at a time, its surge workers among those that count. */
export const waveSize = ({
  maxUnavailable,
  surge = [],
}: {
  readonly maxUnavailable: number;
  readonly surge?: readonly string[] | undefined;
}): number => maxUnavailable + surge.length;

/** What is known of the numbers of a pool. */
export interface SurgeNumbers {
  /** the least number that no worker of the config has, or has had before it was removed */
  readonly first: number;
  readonly maxSurge: number;
  /** how many workers of the config the roll replaces */
  readonly outdated: number;
  /** how many others of them are out of service: in their places the surge workers that exist stay */
  readonly missing: number;
  /** the numbers of surge workers that an earlier command has attached */
  readonly existing: readonly number[];
  /** those of them that the state does not have, and that only an update can take over that declares them */
  readonly unrecorded: readonly number[];
  /** whether something else has the name of this number, as a worker that is about to be detached */
  readonly isTaken: (number: number) => boolean;
}

/**
 * The numbers of the surge workers of an update, ascending: those that exist first, and no new one if the roll replaces nobody.
 */
export function surgeNumbers({
  first,
  maxSurge,
  outdated,
  missing,
  existing,
  unrecorded,
  isTaken,
}: SurgeNumbers): number[] {
  const count = Math.min(maxSurge, outdated);
  const known = existing.filter((number) => number >= first).toSorted((a, b) => a - b);
  const kept = known.slice(0, Math.min(maxSurge, outdated + missing));
  const numbers = known.filter((number) => kept.includes(number) || unrecorded.includes(number));
  for (let number = first; numbers.length < count; number += 1) {
    if (!known.includes(number) && !isTaken(number)) numbers.push(number);
  }
  return numbers.toSorted((a, b) => a - b);
}
