import type { Config, PoolConfig } from "../../config/load.ts";
import { numberOf } from "../../config/numbers.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { ChangeFacts, ExistingServer } from "../../discovery/facts.ts";
import { ownServers } from "../checks/names.ts";

/** Over which zones a pool's workers are spread. Pure. */

export interface ZonedWorker {
  readonly name: string;
  /** the zone that the config gives to it alone; undefined: none */
  readonly own: string | undefined;
  /** the zone of its server; undefined: it has none that runs */
  readonly current: string | undefined;
  /** undefined: it is a named worker */
  readonly number: number | undefined;
}

/** How many workers each zone has. */
class Zones {
  readonly #counts: Map<string, number>;

  constructor(zones: readonly string[]) {
    this.#counts = new Map(zones.map((zone) => [zone, 0]));
  }

  has = (zone: string | undefined): zone is string => zone !== undefined && this.#counts.has(zone);

  /** Counts a worker in a zone of the list. */
  add(zone: string): string {
    if (this.has(zone)) this.#counts.set(zone, (this.#counts.get(zone) ?? 0) + 1);
    return zone;
  }

  /** Of those with the fewest workers the first. */
  least(): string | undefined {
    return [...this.#counts].toSorted(([, one], [, other]) => one - other)[0]?.[0];
  }
}

const byNumber = (zones: readonly string[], number: number): string | undefined => zones[number % zones.length];

/**
 * The zone in which a new server of each worker is created, without those that have one of their own. A worker whose server
 * runs in a zone of the list stays there: another zone would need a free host in it, and the one that it leaves would be
 * missing where it was. Of the others one with a number has the zone of its number, and a named one that with the fewest workers.
 */
export function spreadZones(zones: readonly string[], workers: readonly ZonedWorker[]): ReadonlyMap<string, string> {
  const counted = new Zones(zones);
  const found = new Map<string, string>();
  const rest = workers.filter(({ name, own, current }) => {
    if (own !== undefined) counted.add(own.split(":")[0] ?? own);
    else if (counted.has(current)) found.set(name, counted.add(current));
    else return true;
    return false;
  });
  for (const { name, number } of rest) {
    const zone = number === undefined ? counted.least() : byNumber(zones, number);
    if (zone !== undefined) found.set(name, counted.add(zone));
  }
  return found;
}

/** A server whose build has failed runs nowhere: its zone may be why. */
const zoneOf = (server: ExistingServer | undefined): string | undefined =>
  server?.failure !== undefined && server.hasRun !== true ? undefined : server?.actual?.zone;

/** The zones of all new servers by the workers' names, see spreadZones; where the servers could not be read, as if there were none. */
export function workerZones(config: Pick<Config, "pools">, facts: ChangeFacts): ReadonlyMap<string, string> {
  const own = ownServers(facts);
  const spread = config.pools.flatMap((pool) => {
    if (!pool.availabilityZones) return [];
    const workers = workersOf(pool, facts.cluster.infraId).map(({ name, availabilityZone }) => ({
      name,
      own: availabilityZone,
      current: zoneOf(own.get(name)?.[0]),
      number: pool.workers ? undefined : numberOf(pool.name, name),
    }));
    return [...spreadZones(pool.availabilityZones, workers)];
  });
  return new Map(spread);
}

/** Whether the list of its pool says the zone of a worker's new server. */
export const isSpread = (
  { availabilityZones }: Pick<PoolConfig, "availabilityZones">,
  { availabilityZone }: Pick<WantedWorker, "availabilityZone">,
): boolean => availabilityZones !== undefined && availabilityZone === undefined;

/** Why a worker that runs is not in the zone that its pool's list has for it. */
export function zoneReasons(pool: PoolConfig, worker: WantedWorker, server: ExistingServer): string[] {
  const { availabilityZones: zones = [] } = pool;
  const current = zoneOf(server);
  if (!isSpread(pool, worker) || current === undefined) return [];
  if (!zones.includes(current)) return [`it stays in zone ${current}, which availabilityZones does not list`];
  const number = pool.workers ? undefined : numberOf(pool.name, worker.name);
  const wanted = number === undefined ? current : byNumber(zones, number);
  if (wanted === undefined || wanted === current) return [];
  return [
    `it stays in zone ${current}: zone ${wanted}, which its number has in availabilityZones, is for a new worker`,
  ];
}
