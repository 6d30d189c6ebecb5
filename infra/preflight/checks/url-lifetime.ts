import { ownTerms, queueTerms, type Term } from "../../../components/ignition/url-lifetime.ts";
import { waves } from "../../../components/rollout/waves.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { shortLifetime } from "../../config/url-lifetime.ts";
import { workersOf } from "../../config/workers.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PlainFacts } from "../../discovery/facts.ts";

type Pools = Pick<Config, "pools">;
type Cluster = Pick<PlainFacts["cluster"], "infraId" | "nodes">;

/**
 * The most workers of a pool that are declared at the same time. Which of them are attached or replaced is not asked, since
 * `--replace` may name any.
 */
function largestWave(pool: PoolConfig, { infraId, nodes }: Cluster): number {
  const serving = new Set(nodes.flatMap((node) => (node.serving ? node.name : [])));
  const names = workersOf(pool, infraId).map(({ name }) => name);
  return Math.max(0, ...waves(names, serving, pool.rollout).map(({ length }) => length));
}

/**
 * What may pass before a worker has its turn, with the largest waves of all pools at the same time. Workers that the config
 * no longer has are deleted after all others: nobody waits for them (pulumi/pulumi, deployment_executor.go,
 * performPostSteps).
 *
 * @param parallel how many resources Pulumi works on at once; undefined: without a bound
 */
export function queuedTerms({ pools }: Pools, cluster: Cluster, parallel: number | undefined): Term[] {
  const workers = pools.reduce((sum, pool) => sum + largestWave(pool, cluster), 0);
  return queueTerms({ pools, workers, parallel });
}

/** Whether the signed URLs outlast the queue, where the config sets their lifetime. */
export function urlLifetimeDiagnostics({ pools }: Pools, queued: readonly Term[]): Diagnostic[] {
  return pools.flatMap((pool) => {
    const { urlLifetime, delivery } = pool.ignition;
    if (urlLifetime === undefined || delivery === "inline") return [];
    const remedy = "let Pulumi work on more at a time (--parallel, PULUMI_PARALLEL)";
    return shortLifetime(poolPath(pool.name), urlLifetime, [...ownTerms(pool), ...queued], remedy);
  });
}
