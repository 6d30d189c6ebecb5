import { workerName } from "../../../components/ports/names.ts";
import { surgeNumbers } from "../../../components/rollout/surge.ts";
import { workerSpecHash } from "../../../components/server/spec-hash.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { firstFreeNumber, numberOf } from "../../config/numbers.ts";
import { poolPath } from "../../config/paths.ts";
import type { ChangeFacts } from "../../discovery/facts.ts";
import { ownServers, wantedWorkers } from "../checks/names.ts";
import { examine, type ExaminedWorker } from "./examine.ts";
import { nodeOfServer } from "./repair.ts";

/** Which surge workers an update has. Pure. */

/** Whether a server was created as a surge worker's. */
export const isSurgeServer = ({ made }: { readonly made: { readonly surge?: string | undefined } }): boolean =>
  made.surge === "true";

/**
 * Whether a worker is replaced by a roll: by an edit, and not because it is repaired or its build has failed, which takes nobody
 * out of service. The roll itself also looks at the hash on the Node.
 */
function isOutdated({ reasons, node, spec, worker, zone, inCloud }: ExaminedWorker): boolean {
  if (reasons.length > 0) return true;
  const ports = spec.workers.find(({ name }) => name === worker.name)?.ports ?? [];
  const made = zone === undefined ? undefined : inCloud.madeZone;
  const wanted = workerSpecHash(spec, { availabilityZone: worker.availabilityZone, ports }, made);
  return node?.specHash !== undefined && node.specHash !== wanted;
}

/** Whether a worker does not serve, unless the roll is to ignore it. */
const isMissing = ({ pool, node, worker }: ExaminedWorker): boolean =>
  node?.serving !== true && !pool.rollout.ignore.includes(worker.name);

/** What has a name that a surge worker might have. */
interface Names {
  /** servers of this stack that were created as surge workers, but for those whose names the config has come to declare */
  readonly surge: ReadonlySet<string>;
  /** those of them with a Node that the state does not have, as after its loss: declared no more, none would detach them */
  readonly unrecorded: ReadonlySet<string>;
  /** of any server or Node, or of a worker that the config declares: a pool `a` may name a worker `1-4`, as pool `a-1` does */
  readonly all: ReadonlySet<string>;
}

function namesOf(config: Pick<Config, "pools">, facts: ChangeFacts): Names {
  const wanted = new Set(wantedWorkers(config, facts).map(({ name }) => name));
  const surge = [...ownServers(facts).values()]
    .flat()
    .filter((server) => isSurgeServer(server) && !wanted.has(server.name));
  const nodes = new Map(facts.cluster.nodes.map((node) => [node.name, node]));
  const state = facts.state?.value?.servers;
  const unrecorded = surge.filter(
    (server) => state && !state[server.name] && nodeOfServer({ node: nodes.get(server.name), server }),
  );
  const servers = (facts.checks.servers.value ?? []).map(({ name }) => name);
  return {
    surge: new Set(surge.map(({ name }) => name)),
    unrecorded: new Set(unrecorded.map(({ name }) => name)),
    all: new Set([...servers, ...nodes.keys(), ...wanted]),
  };
}

function surgeOfPool(pool: PoolConfig, own: readonly ExaminedWorker[], infraId: string, names: Names): string[] {
  const { name, rollout } = pool;
  const outdated = own.filter(isOutdated);
  const nameOf = (number: number): string => workerName(infraId, name, number);
  const numbersOf = (all: ReadonlySet<string>): number[] =>
    [...all].flatMap((server) => {
      const number = numberOf(name, server);
      return number !== undefined && nameOf(number) === server ? number : [];
    });
  const numbers = surgeNumbers({
    first: firstFreeNumber(pool),
    maxSurge: rollout.maxSurge ?? 0,
    outdated: outdated.length,
    missing: own.filter((each) => isMissing(each) && !outdated.includes(each)).length,
    existing: numbersOf(names.surge),
    unrecorded: numbersOf(names.unrecorded),
    isTaken: (number) => names.all.has(nameOf(number)),
  });
  return numbers.map(nameOf);
}

/**
 * The config with the surge workers of this update. A pool has them while a roll replaces any of its workers, and keeps them
 * while another is out of service, as one that a roll has replaced last and that did not join. Then they are no longer
 * declared, and so they are detached.
 */
export function withSurge<C extends Pick<Config, "pools">>(config: C, facts: ChangeFacts): C {
  if (config.pools.every(({ rollout }) => rollout.maxSurge === undefined)) return config;
  const byPool = Map.groupBy(examine(config, facts), ({ spec }) => spec.configPath);
  const names = namesOf(config, facts);
  const pools = config.pools.map((pool) => {
    const surge = surgeOfPool(pool, byPool.get(poolPath(pool.name)) ?? [], facts.cluster.infraId, names);
    return surge.length === 0 ? pool : { ...pool, rollout: { ...pool.rollout, surge } };
  });
  return { ...config, pools };
}
