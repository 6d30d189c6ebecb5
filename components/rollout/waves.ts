/**
 * The order in which the workers of a pool are declared, so that an edit never takes a second serving worker out of
 * service: those that do not serve come first, all at once (they are new, or out already), then each serving one by
 * itself. A wave is begun when the one before it serves.
 *
 * Without it the engine deletes every server that an edit replaces before it creates the first one anew.
 *
 * @param workers names of the pool's workers, in their order
 * @param serving names of the Nodes that are Ready and take pods
 */
export function waves(workers: readonly string[], serving: ReadonlySet<string>): string[][] {
  const out = workers.filter((name) => !serving.has(name));
  const rest = workers.filter((name) => serving.has(name)).map((name) => [name]);
  return out.length > 0 ? [out, ...rest] : rest;
}
