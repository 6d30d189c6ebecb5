import { changed } from "../../../components/lib/changed.ts";
import { planPorts } from "../../../components/ports/plan.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { ExistingServer, PreflightFacts } from "../../discovery/facts.ts";
import { poolSpec } from "../../pools.ts";
import { ownServers } from "../checks/names.ts";
import { type ExistingPorts, existingPorts, portChanges } from "./ports.ts";

/** What becomes of a worker. */
export interface PlannedChange {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained" | "refuse" | "kept";
  readonly reason: string;
  /** where the config declares the worker; undefined: it no longer does */
  readonly place?: { readonly pool: string; readonly worker: WantedWorker };
}

type PoolArgs = ReturnType<typeof poolSpec>;

/** A worker that the config asks for, and what it is to be made from. */
interface Wanted {
  readonly pool: PoolConfig;
  readonly args: PoolArgs;
  readonly worker: WantedWorker;
  /** its number in the pool */
  readonly index: number;
}

/** Why a server would be made anew: its metadata and its ports tell what it was made from. */
function replacing({ pool, args, worker, index }: Wanted, server: ExistingServer, seen: ExistingPorts): string[] {
  const { flavor, image, availabilityZone } = server.made;
  const ports = [...args.ports, ...(args.workers[index]?.ports ?? [])];
  const planned = planPorts({ ...args, worker: worker.name, fixedIp: worker.fixedIp, ports });
  return [
    ...(flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...(image === undefined ? [] : changed("image", image, pool.image)),
    ...changed("availabilityZone", availabilityZone, worker.availabilityZone),
    ...portChanges(worker, pool.networks.length, planned, seen),
    ...(pool.ignition.onChange === "replace" ? payloadChange(args, server) : []),
  ];
}

function payloadChange({ payload }: PoolArgs, { made }: ExistingServer): string[] {
  if (made.ignition === payload.hash) return [];
  return [
    made.ignition === undefined ? "its Ignition config is not known" : "its Ignition config is of before the edit",
  ];
}

function editOf(wanted: Wanted, server: ExistingServer | undefined, seen: ExistingPorts): PlannedChange[] {
  const { pool, args, worker } = wanted;
  const edit = { worker: worker.name, place: { pool: args.configPath, worker } };
  if (!server) return [{ ...edit, verdict: "attach", reason: `flavor ${pool.flavor}, image ${pool.image}` }];
  const replaced = replacing(wanted, server, seen);
  if (replaced.length > 0) return [{ ...edit, verdict: "replace, drained", reason: replaced.join(", ") }];
  const kept = server.made.ignition === undefined ? [] : payloadChange(args, server);
  return kept.map((reason) => ({
    ...edit,
    verdict: "kept",
    reason: `${reason}; ignition.onChange: replace renews it`,
  }));
}

/**
 * What becomes of each worker that comes, goes or is made anew, by what the cloud shows. What changes in place the node's
 * provider tells, which knows what the last update wanted (components/node/resources/describe-update.ts).
 */
export function plannedChanges(config: Pick<Config, "pools">, facts: PreflightFacts): PlannedChange[] {
  if (!facts.checks.servers.value) return [];
  const wanted = config.pools.flatMap((pool, i) => {
    const args = poolSpec(pool, i, facts, facts.owner);
    const workers = workersOf(pool, facts.cluster.infraId);
    return workers.map((worker, index): Wanted => ({ pool, args, worker, index }));
  });
  const servers = ownServers(facts);
  const seen = existingPorts(facts);
  const names = new Set(wanted.map(({ worker }) => worker.name));
  const gone = [...servers.keys()].filter((name) => !names.has(name));
  return [
    ...wanted.flatMap((each) => editOf(each, servers.get(each.worker.name)?.[0], seen)),
    ...gone.map((worker): PlannedChange => ({ worker, verdict: "detach, drained", reason: "no longer in the config" })),
  ];
}

/** Names of the workers whose servers are replaced. */
export const replacedWorkers = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.filter(({ verdict }) => verdict === "replace, drained").map(({ worker }) => worker));

/** The planned changes, a line each. */
export const renderPlannedChanges = (changes: readonly PlannedChange[]): string[] =>
  changes.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`);
