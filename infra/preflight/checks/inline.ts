import { userDataLimit, userDataSize } from "../../../components/ignition/pointer.ts";
import type { PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import type { ClusterFacts } from "../../discovery/facts.ts";
import { inlineUserData } from "../../pool-spec.ts";

/** Bytes of a pool's user data with `delivery: inline`, as Nova counts them. */
export const inlineSize = (pool: PoolConfig, cluster: ClusterFacts): number =>
  userDataSize(inlineUserData(pool, cluster));

/** Bytes of user data that a pool's fragments take: a machine without them has the rest. */
export const fragmentsSize = (pool: PoolConfig, cluster: ClusterFacts): number =>
  inlineSize(pool, cluster) - inlineSize({ ...pool, ignition: { ...pool.ignition, fragments: [] } }, cluster);

/** What a remedy says of `delivery: inline`, for pools that the object store does not serve. */
export function inlineAdvice(pools: readonly PoolConfig[], cluster: ClusterFacts): string {
  const sized = pools.map((pool) => ({ path: poolPath(pool.name), size: inlineSize(pool, cluster) }));
  const list = (which: typeof sized): string =>
    which.map(({ path, size }) => `${path}: ${size} of at most ${userDataLimit} bytes of user data`).join(", ");
  const fitting = sized.filter(({ size }) => size <= userDataLimit);
  const others = sized.filter(({ size }) => size > userDataLimit);
  return [
    ...(fitting.length > 0 ? [`set ignition.delivery: inline, which needs no object store (${list(fitting)})`] : []),
    ...(others.length > 0
      ? [`put less into ignition.fragments, and set ignition.delivery: inline (${list(others)})`]
      : []),
  ].join("; ");
}
