import type { Config, PoolConfig } from "../config/load.ts";
import { poolPath } from "../config/paths.ts";
import { type WantedWorker, workersOf } from "../config/workers.ts";
import type { PreflightFacts } from "../discovery/facts.ts";
import type { PortFacts } from "../discovery/read.ts";

/** A worker of the config, with all its ports in order, as far as what they name exists. */
export interface PortedWorker {
  readonly pool: PoolConfig;
  readonly worker: WantedWorker;
  /** each with its config path, e.g. `pools[metal].networks[1]` */
  readonly ports: readonly { readonly path: string; readonly facts: PortFacts }[];
}

/** Every worker of all pools: its pool's ports, then its own. */
export function portedWorkers(config: Pick<Config, "pools">, { cluster, cloud }: PreflightFacts): PortedWorker[] {
  return config.pools.flatMap((pool, i) => {
    const at = poolPath(pool.name);
    const named = cloud.pools[i];
    const placed = (ports: readonly (PortFacts | undefined)[] = [], path: string): PortedWorker["ports"] =>
      ports.flatMap((facts, k) => (facts ? [{ path: `${path}.networks[${k}]`, facts }] : []));
    return workersOf(pool, cluster.infraId).map((worker, j) => ({
      pool,
      worker,
      ports: [...placed(named?.ports, at), ...placed(named?.workerPorts[j], worker.path)],
    }));
  });
}
