/**
 * When a machine was left of a worker that gets another server: it is cleaned from then on, and Nova says that the server is
 * deleted long before that ends.
 */
export interface Vacated {
  /** ms since the epoch; undefined: in this command, or nobody knows when: it counts from the creation of the next server */
  readonly at: number | undefined;
}

/**
 * Seconds that are left until a machine counts as cleaned.
 *
 * @param allowance seconds that cleaning may take
 * @param begun ms since the epoch: when the next server was about to be created
 */
export function allowanceLeft(allowance: number, { at = Infinity }: Vacated, begun: number, now: number): number {
  // another clock may be ahead
  return Math.max(0, allowance - (now - Math.min(at, begun)) / 1000);
}
