import { z } from "zod";
import { humanDuration } from "../../../components/lib/duration.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import type { ExistingServer, NodeFacts, PlainFacts } from "../../discovery/facts.ts";
import { poolOfName } from "../pool-of-name.ts";
import { createdWorkers, type PlannedChange } from "./plan.ts";
import { rollsOf } from "./roll-lines.ts";

/** How long the workers of a pool are expected to take. */
const poolDuration = z.strictObject({
  pool: z.string(),
  /** how many times workers are created one after the other */
  rounds: z.number(),
  /** from the request for a server until its Node is Ready: the median of the pool's last joins */
  joinSeconds: z.number(),
  /** how many joins that is the median of */
  joins: z.number(),
  /** how long the canaries are watched before the others are replaced */
  soakSeconds: z.number(),
  /** how many times workers are drained one after the other */
  drains: z.number(),
  /** how long each may take at most */
  drainTimeoutSeconds: z.number(),
});
type PoolDuration = z.output<typeof poolDuration>;

/** How long an update is expected to take, drains and waits for hosts apart: of these nothing is recorded. */
export const expectedDuration = z.strictObject({
  /** pools are worked on at the same time: that of the longest */
  seconds: z.number(),
  pools: z.array(poolDuration),
  /** names of the pools that create workers, and of which no join is known */
  unknown: z.array(z.string()),
});
export type ExpectedDuration = z.output<typeof expectedDuration>;

/** Joins of long ago were those of other images. */
const longestHistory = 10;

const ms = (time: string | undefined): number => (time === undefined ? NaN : Date.parse(time));

/**
 * Seconds from the request for a server until its Node was Ready; undefined: not known, or a Node that was registered again
 * long after. A Node that was not Ready meanwhile counts from its registration.
 */
export function joinSeconds(
  { created, readySince, serverId }: Pick<NodeFacts, "created" | "readySince" | "serverId">,
  server: Pick<ExistingServer, "id" | "created">,
  { provision, boot, servingCsr, ready }: PoolConfig["timeouts"],
): number | undefined {
  if (serverId !== undefined && serverId !== server.id) return undefined;
  const registered = (ms(created) - ms(server.created)) / 1000;
  if (!(registered >= 0 && registered <= provision + boot)) return undefined;
  const rest = (ms(readySince) - ms(created)) / 1000;
  return rest >= 0 && rest <= servingCsr + ready ? registered + rest : registered;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

type ClusterNodes = Pick<PlainFacts["cluster"], "infraId" | "nodes">;

/** The last joins of each pool, newest first, by its name. */
function lastJoins(
  config: Pick<Config, "pools">,
  { infraId, nodes }: ClusterNodes,
  servers: readonly ExistingServer[],
): ReadonlyMap<string, readonly number[]> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const newest = servers.toSorted((a, b) => (ms(b.created) || 0) - (ms(a.created) || 0));
  const found = newest.flatMap((server) => {
    const pool = poolOfName(server.name, config, infraId);
    const node = byName.get(server.name);
    const seconds = pool && node && joinSeconds(node, server, pool.timeouts);
    return seconds === undefined ? [] : [{ pool: pool?.name ?? "", seconds }];
  });
  const joins = Map.groupBy(found, ({ pool }) => pool);
  return new Map([...joins].map(([pool, all]) => [pool, all.slice(0, longestHistory).map(({ seconds }) => seconds)]));
}

/** What a pool has before it: how many rounds of joins and of drains, and its canaries' soak. */
function roundsOf(
  pool: PoolConfig,
  cluster: ClusterNodes,
  changes: readonly PlannedChange[],
  parallel: number,
): Pick<PoolDuration, "rounds" | "drains" | "soakSeconds"> {
  const created = createdWorkers(changes);
  const own = workersOf(pool, cluster.infraId).flatMap(({ name }) => (created.has(name) ? [name] : []));
  const [roll] = rollsOf({ pools: [pool] }, cluster, changes);
  // those that do not serve go before all waves; a canary that is out of service stops those that do
  const first = own.length - (roll?.count ?? 0);
  const waves = roll?.waves.map(({ length }) => length) ?? [];
  const sizes = [first, ...waves].filter((size) => size > 0);
  const rounds = sizes.reduce((sum, size) => sum + Math.ceil(size / Math.min(size, parallel)), 0);
  const canaries = roll?.canaries.next.length ?? 0;
  const isWatched = roll !== undefined && canaries > 0 && roll.count > canaries;
  return { rounds, drains: waves.length, soakSeconds: isWatched ? (pool.rollout.canary?.soak ?? 0) : 0 };
}

/**
 * How long an update takes, by what the pools' own workers took to join; undefined: it creates no worker, or no join is
 * known.
 *
 * @param servers the stack's own
 * @param parallel how many workers Pulumi works on at once; undefined: without a bound
 */
export function durationOf(
  config: Pick<Config, "pools">,
  cluster: ClusterNodes,
  servers: readonly ExistingServer[],
  changes: readonly PlannedChange[],
  parallel = Infinity,
): ExpectedDuration | undefined {
  const joins = lastJoins(config, cluster, servers);
  const unknown: string[] = [];
  const pools = config.pools.flatMap((pool): PoolDuration[] => {
    const rounds = roundsOf(pool, cluster, changes, parallel);
    if (rounds.rounds === 0) return [];
    const known = joins.get(pool.name) ?? [];
    if (known.length === 0) unknown.push(pool.name);
    const its = { joinSeconds: Math.round(median(known)), joins: known.length };
    return known.length === 0 ? [] : [{ pool: pool.name, ...rounds, ...its, drainTimeoutSeconds: pool.drain.timeout }];
  });
  if (pools.length === 0) return undefined;
  return { seconds: Math.max(...pools.map(secondsOf)), pools, unknown };
}

const secondsOf = ({ rounds, joinSeconds: join, soakSeconds }: PoolDuration): number => rounds * join + soakSeconds;

const times = (count: number, duration: string): string => (count === 1 ? duration : `${count} times ${duration}`);

function poolText({ pool, rounds, joinSeconds: join, joins, soakSeconds, ...drain }: PoolDuration): string {
  const history = joins === 1 ? "as its last join took" : `the median of its last ${joins} joins`;
  const soak = soakSeconds === 0 ? "" : `, ${humanDuration(soakSeconds)} of soak`;
  const { drains, drainTimeoutSeconds } = drain;
  const drained = drains === 0 ? "" : `, drains of at most ${times(drains, humanDuration(drainTimeoutSeconds))}`;
  return `pool ${pool} ${times(rounds, humanDuration(join))}, ${history}${soak}${drained}`;
}

/** The same in a line. */
export function expectedLine({ seconds, pools, unknown }: ExpectedDuration): string {
  const others = unknown.map((pool) => `pool ${pool} not known, none of its workers is there`);
  const each = [...pools.map(poolText), ...others].join("; ");
  return `expected duration: about ${humanDuration(seconds)}, drains and waits for hosts apart (${each})`;
}
