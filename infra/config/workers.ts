import { workerName } from "../../components/ports/names.ts";
import { asList } from "./fields.ts";
import { workerNumbers } from "./numbers.ts";
import { poolPath, workerPath } from "./paths.ts";
import type { PoolConfig } from "./schema.ts";

type NamedWorker = NonNullable<PoolConfig["workers"]>[number];

/** One worker that the config declares. */
export interface WantedWorker {
  /** name of its Node and of its server */
  readonly name: string;
  /** its path in the config, e.g. `pools[metal].workers[r1]`; of a pool with replicas, the pool's `replicas` */
  readonly path: string;
  /** of its first port, at most one of each family */
  readonly fixedIps: readonly string[];
  /** path of these addresses, e.g. `pools[metal].fixedIps[1]` */
  readonly fixedIpPath: string;
  readonly availabilityZone: string | undefined;
  /** ports in addition to the pool's */
  readonly networks: NamedWorker["networks"];
  /** labels in addition to the pool's */
  readonly labels: NamedWorker["labels"];
  /** it is none of the pool's workers but a surge worker of this update, see components/rollout/surge.ts */
  readonly isSurge?: true;
}

type WorkerList = Pick<PoolConfig, "name" | "replicas" | "remove" | "workers" | "fixedIps"> & {
  readonly rollout?: Pick<PoolConfig["rollout"], "surge">;
};

/** What a worker of a pool with replicas has of its own: no more than its name and, in some pools, addresses. */
const plain = { fixedIps: [], availabilityZone: undefined, networks: [], labels: {} };

/** The workers of a pool in their order, and after them the surge workers of this update. */
export function workersOf(pool: WorkerList, infraId: string): WantedWorker[] {
  const path = poolPath(pool.name);
  if (pool.workers)
    return pool.workers.map(({ name, fixedIp, availabilityZone, networks, labels }) => ({
      name: workerName(infraId, pool.name, name),
      path: workerPath(path, name),
      fixedIps: asList(fixedIp),
      fixedIpPath: `${workerPath(path, name)}.fixedIp`,
      availabilityZone,
      networks,
      labels,
    }));
  const numbered = workerNumbers(pool).map((number) => ({
    ...plain,
    name: workerName(infraId, pool.name, number),
    path: `${path}.replicas`,
    fixedIps: asList(pool.fixedIps?.[number]),
    fixedIpPath: `${path}.fixedIps[${number}]`,
  }));
  const surgePath = `${path}.rollout.maxSurge`;
  const surge = (pool.rollout?.surge ?? []).map((name): WantedWorker => ({
    ...plain,
    name,
    path: surgePath,
    fixedIpPath: surgePath,
    isSurge: true,
  }));
  return [...numbered, ...surge];
}

/** How many workers the config asks for, in all its pools. */
export function countWorkers(pools: readonly Pick<PoolConfig, "replicas" | "workers">[]): number {
  return pools.reduce((sum, { workers, replicas }) => sum + (workers?.length ?? replicas ?? 0), 0);
}
