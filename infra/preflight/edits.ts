import { planPorts } from "../../components/ports/plan.ts";
import type { Config, PoolConfig } from "../config.ts";
import { poolArgs } from "../pool-args.ts";
import { type WantedWorker, workersOf } from "../workers.ts";
import type { PreflightFacts, ServerSeen } from "./facts.ts";
import { ownServers } from "./names.ts";
import { changed, portChanges } from "./port-edits.ts";

/** What becomes of a worker. */
export interface Edit {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained" | "refuse" | "kept";
  readonly reason: string;
  /** where the worker stands in the config: the pool's path and its own number there; undefined: nowhere any more */
  readonly place?: { readonly pool: string; readonly index: number };
}

type PoolArgs = ReturnType<typeof poolArgs>;

/** Why a server would be made anew: its metadata and its ports tell what it was made from. */
function replacing(
  pool: PoolConfig,
  args: PoolArgs,
  worker: WantedWorker,
  server: ServerSeen,
  facts: PreflightFacts,
): string[] {
  const { flavor, image, availabilityZone } = server.made;
  const ports = [...args.ports, ...(args.workers.find(({ name }) => name === worker.name)?.ports ?? [])];
  const planned = planPorts({ ...args, worker: worker.name, fixedIp: worker.fixedIp, ports });
  return [
    ...(flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...(image === undefined ? [] : changed("image", image, pool.image)),
    ...changed("availabilityZone", availabilityZone, worker.availabilityZone),
    ...portChanges(worker, pool.networks.length, planned, facts),
    ...(pool.ignition.onChange === "replace" ? payloadChange(args, server) : []),
  ];
}

function payloadChange({ payload }: PoolArgs, { made }: ServerSeen): string[] {
  if (made.ignition === payload.hash) return [];
  return [
    made.ignition === undefined ? "its Ignition config is not known" : "its Ignition config is of before the edit",
  ];
}

function editOf(pool: PoolConfig, args: PoolArgs, worker: WantedWorker, facts: PreflightFacts): Omit<Edit, "worker">[] {
  const server = ownServers(facts).get(worker.name)?.[0];
  if (!server) return [{ verdict: "attach", reason: `flavor ${pool.flavor}, image ${pool.image}` }];
  const replaced = replacing(pool, args, worker, server, facts);
  if (replaced.length > 0) return [{ verdict: "replace, drained", reason: replaced.join(", ") }];
  const kept = server.made.ignition === undefined ? [] : payloadChange(args, server);
  return kept.map((reason) => ({ verdict: "kept", reason: `${reason}; ignition.onChange: replace renews it` }));
}

/**
 * What becomes of each worker that comes, goes or is made anew, by what the cloud shows. What changes in place the node's
 * provider tells, which knows what the last update wanted (components/node/in-place.ts).
 */
export function edits(config: Pick<Config, "pools">, facts: PreflightFacts): Edit[] {
  if (!facts.checks.servers.answer) return [];
  const wanted = config.pools.flatMap((pool, i) => {
    const args = poolArgs(pool, i, facts, facts.owner);
    return workersOf(pool, args.configPath, facts.cluster.infraId).map((worker, index) => ({
      name: worker.name,
      found: editOf(pool, args, worker, facts),
      place: { pool: args.configPath, index },
    }));
  });
  const names = new Set(wanted.map(({ name }) => name));
  const gone = [...ownServers(facts).keys()].filter((name) => !names.has(name));
  return [
    ...wanted.flatMap(({ name, found, place }) => found.map((edit) => ({ worker: name, ...edit, place }))),
    ...gone.map((worker): Edit => ({ worker, verdict: "detach, drained", reason: "no longer in the config" })),
  ];
}

/** The edits, a line each. */
export const renderEdits = (found: readonly Edit[]): string[] =>
  found.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`);
