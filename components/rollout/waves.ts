import { waveSize } from "./surge.ts";

/** The workers that an edit replaces before the others. */
export interface Canary {
  readonly count: number;
  /** seconds that their Nodes have to stay Ready before the others are replaced */
  readonly soak: number;
}

/** How an edit replaces the workers of a pool. */
export interface Rollout {
  /** how many serving workers may be out of service at a time; 0 only in a pool that has surge workers when it is rolled */
  readonly maxUnavailable: number;
  /** names of the surge workers among the pool's, in whose place others may be out of service; undefined: none */
  readonly surge?: readonly string[] | undefined;
  /** undefined: none goes first */
  readonly canary?: Canary | undefined;
  /** names of workers whose absence does not hold the others up */
  readonly ignore: readonly string[];
}

const none: ReadonlySet<string> = new Set();

/**
 * The order in which the workers of a pool are declared, so that an edit never takes more serving workers out of service
 * than it may: those that do not serve come first, all at once (they are new, or out already), then the serving ones, so
 * many at a time, the canaries before the others. A wave is begun when the one before it serves. Workers to be ignored that
 * do not serve come last, so that nothing waits for them.
 *
 * Without it the engine deletes every server that an edit replaces before it creates the first replacement.
 *
 * @param workers names of the pool's workers, in their order
 * @param serving names of the Nodes that serve, see components/rollout/gate.ts
 * @param canaries names of the workers that go before the others that serve
 */
export function waves(
  workers: readonly string[],
  serving: ReadonlySet<string>,
  { ignore, ...limits }: Pick<Rollout, "maxUnavailable" | "surge" | "ignore">,
  canaries: ReadonlySet<string> = none,
): string[][] {
  const out = workers.filter((name) => !serving.has(name));
  const awaited = out.filter((name) => !ignore.includes(name));
  const ignored = out.filter((name) => ignore.includes(name));
  const inService = workers.filter((name) => serving.has(name));
  const first = inService.filter((name) => canaries.has(name));
  const others = inService.filter((name) => !canaries.has(name));
  // where nobody may be out, no wave that replaces somebody begins (roll.ts)
  const size = Math.max(1, waveSize(limits));
  const chunks = [first, others].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / size) }, (_, i) => group.slice(i * size, (i + 1) * size)),
  );
  return [awaited, ...chunks, ignored].filter((wave) => wave.length > 0);
}
