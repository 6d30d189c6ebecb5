import { z } from "zod";
import type { Config } from "../config/load.ts";
import { workersOf } from "../config/workers.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import type { DrainImpact } from "./changes/drain-impact.ts";
import { type ExpectedDuration, expectedDuration } from "./changes/expected-duration.ts";
import type { Impact } from "./changes/impact.ts";
import type { PlannedChange } from "./changes/plan.ts";
import { rollsOf } from "./changes/roll-lines.ts";
import { poolOfName } from "./pool-of-name.ts";

/**
 * What an update does with each worker, as data: the part of what `npm run preflight -- --json` prints that the program knows.
 * Its shape is public: fields are added, and none changes its meaning.
 */

const names = z.array(z.string());

/** What the drain of a worker finds on its Node now; null in it: it could not be read, see `unread`. */
const drain = z.strictObject({
  /** all pods that leave the Node: neither DaemonSets' nor static ones */
  evictedPods: z
    .array(
      z.strictObject({
        /** `namespace/name` */
        name: z.string(),
        /** who recreates it; null: nobody does */
        owner: z.strictObject({ kind: z.string(), name: z.string() }).nullable(),
        /** it has ended, and serves nobody */
        finished: z.boolean(),
        /** it has an emptyDir, whose data ends with it */
        emptyDir: z.boolean(),
      }),
    )
    .nullable(),
  /** pods that the drain policy refuses to evict, so that the drain fails, and the config key */
  blockedPods: z.array(z.strictObject({ pod: z.string(), key: z.string() })),
  /** `namespace/name` of their PodDisruptionBudgets that allow no disruption now */
  exhaustedBudgets: names.nullable(),
  /** pods that several PodDisruptionBudgets select: the API never evicts them */
  podsOfSeveralBudgets: names.nullable(),
  /** `namespace/name` of claims with data on the disks of its machine, which ends with it */
  localVolumes: names.nullable(),
  /** PersistentVolumes that have to be detached */
  attachedVolumes: names.nullable(),
});

export const actions = [
  "attach",
  "replace",
  "detach",
  "change in place",
  "adopt",
  "take over",
  "refuse",
  "none",
] as const;

const worker = z.strictObject({
  name: z.string(),
  /** by the config, or by its name if it is no longer in the config; null: of no pool of the config */
  pool: z.string().nullable(),
  action: z.enum(actions),
  /** why; null: there is nothing to say */
  reason: z.string().nullable(),
  /** null: no Node of it is drained */
  drain: drain.nullable(),
});

export const planSchema = z.strictObject({
  /** those of the config in its order, then those that leave it */
  workers: z.array(worker),
  /** the pools of which serving workers are replaced, and the names that each wave takes out of service */
  rollouts: z.array(
    z.strictObject({
      pool: z.string(),
      maxUnavailable: z.number(),
      /** the surge workers, which serve before the first wave begins */
      surge: names,
      waves: z.array(names),
    }),
  ),
  /** what of the drains could not be read, and what they cost the cluster, a line each */
  impact: names,
  /** by the last joins of the pools; null: no worker is created, or no join is known */
  expectedDuration: expectedDuration.nullable(),
});

export type Plan = z.output<typeof planSchema>;
export type WorkerPlan = z.output<typeof worker>;

/** Of an update that could not be planned. */
export const noPlan: Plan = { workers: [], rollouts: [], impact: [], expectedDuration: null };

const actionOf: Readonly<Record<PlannedChange["verdict"], WorkerPlan["action"]>> = {
  attach: "attach",
  "taken over": "take over",
  adopt: "adopt",
  "detach, drained": "detach",
  "replace, drained": "replace",
  replace: "replace",
  refuse: "refuse",
  kept: "none",
  readmit: "change in place",
};

const drainOf = (impact: DrainImpact): WorkerPlan["drain"] => ({
  evictedPods: impact.evicted?.map((pod) => ({ ...pod, owner: pod.owner ?? null })) ?? null,
  blockedPods: [...impact.blocked],
  exhaustedBudgets: orNull(impact.exhaustedBudgets),
  podsOfSeveralBudgets: orNull(impact.severalBudgets),
  localVolumes: orNull(impact.localVolumes),
  attachedVolumes: orNull(impact.attached),
});

const orNull = (values: readonly string[] | undefined): string[] | null => (values ? [...values] : null);

/** The plan of an update, by its planned changes. */
export function planOf(
  config: Pick<Config, "pools">,
  cluster: Pick<PlainFacts["cluster"], "infraId" | "nodes">,
  changes: readonly PlannedChange[],
  impact: Impact,
  expected: ExpectedDuration | undefined,
): Plan {
  const { infraId } = cluster;
  const byWorker = new Map(changes.map((change) => [change.worker, change]));
  const drains = new Map(impact.drains.map((each) => [each.worker, each]));
  const wanted = config.pools.flatMap((pool) => workersOf(pool, infraId).map(({ name }) => [name, pool.name] as const));
  const known = new Set(wanted.map(([name]) => name));
  const gone = changes
    .filter((change) => !known.has(change.worker))
    .map((change) => [change.worker, poolOfName(change.worker, config, infraId)?.name ?? null] as const);
  const rowOf = (name: string, pool: string | null): WorkerPlan => {
    const change = byWorker.get(name);
    const found = drains.get(name);
    return {
      name,
      pool,
      action: change ? actionOf[change.verdict] : "none",
      reason: change?.reason ?? null,
      drain: found ? drainOf(found) : null,
    };
  };
  const rollouts = rollsOf(config, cluster, changes).map(({ pool, waves }) => ({
    pool: pool.name,
    maxUnavailable: pool.rollout.maxUnavailable,
    surge: [...(pool.rollout.surge ?? [])],
    waves: waves.map((wave) => wave.map(({ name }) => name)),
  }));
  return {
    workers: [...wanted, ...gone].map(([name, pool]) => rowOf(name, pool)),
    rollouts,
    impact: [...impact.lines],
    expectedDuration: expected ?? null,
  };
}
