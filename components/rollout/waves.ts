/** How an edit replaces the workers of a pool. */
export interface Rollout {
  /** how many serving workers may be out of service at a time, at least 1 */
  readonly maxUnavailable: number;
  /** names of workers whose absence does not hold the others up */
  readonly ignore: readonly string[];
}

/**
 * The order in which the workers of a pool are declared, so that an edit never takes more serving workers out of service
 * than it may: those that do not serve come first, all at once (they are new, or out already), then the serving ones, so
 * many at a time. A wave is begun when the one before it serves. Workers to be ignored that do not serve come last, so
 * that nothing waits for them.
 *
 * Without it the engine deletes every server that an edit replaces before it creates the first replacement.
 *
 * @param workers names of the pool's workers, in their order
 * @param serving names of the Nodes that serve, see components/rollout/gate.ts
 */
export function waves(workers: readonly string[], serving: ReadonlySet<string>, rollout: Rollout): string[][] {
  const { maxUnavailable, ignore } = rollout;
  const out = workers.filter((name) => !serving.has(name));
  const awaited = out.filter((name) => !ignore.includes(name));
  const ignored = out.filter((name) => ignore.includes(name));
  const rest = workers.filter((name) => serving.has(name));
  const chunks = Array.from({ length: Math.ceil(rest.length / maxUnavailable) }, (_, i) =>
    rest.slice(i * maxUnavailable, (i + 1) * maxUnavailable),
  );
  return [awaited, ...chunks, ignored].filter((wave) => wave.length > 0);
}
