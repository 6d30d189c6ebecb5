/**
 * How long a drain lasts at least. The scheduler may bind a pod that it placed before it saw the cordon: a node without pods
 * is empty only some time after it was cordoned. Pure.
 */

/** ms after the cordon before which no drain ends, as Karpenter waits (kubernetes-sigs/karpenter#2709, MinDrainTime). */
export const minDrainTime = 5_000;

/** ms by which the clocks of this machine and of the API server may differ: a cordon that is older by the latter's counts. */
const clockSkew = 60_000;

export interface DrainAge {
  /** ms since the epoch, by this machine: since when this process has seen the node cordoned; undefined: not yet */
  seen: number | undefined;
  /** ms since the epoch, by the API server: when it was cordoned at the latest; undefined: not known */
  cordoned: number | undefined;
  now: number;
  /** ms: the drain's own timeout, of which at most half is spent */
  timeout: number;
  /** ms; default {@link minDrainTime} */
  minimum?: number;
}

/** ms for which the drain of a node without pods has still to watch for late ones. */
export function remainingDrainTime({ seen, cordoned, now, timeout, minimum = minDrainTime }: DrainAge): number {
  const ages = [seen === undefined ? 0 : now - seen, cordoned === undefined ? 0 : now - cordoned - clockSkew];
  return Math.max(0, Math.min(minimum, timeout / 2) - Math.max(0, ...ages));
}
