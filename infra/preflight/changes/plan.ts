import { changed } from "../../../components/lib/changed.ts";
import { type PlannedPort, planPorts } from "../../../components/ports/plan.ts";
import type { PoolSpec } from "../../../components/worker-pool.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { ExistingServer, PreflightFacts } from "../../discovery/facts.ts";
import { poolSpec } from "../../pool-spec.ts";
import { ownServers } from "../checks/names.ts";
import { editedPorts, type ExistingPorts, existingPorts, portChanges } from "./ports.ts";

/** The planned change of a worker. */
export interface PlannedChange {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained" | "refuse" | "kept" | "readmit";
  readonly reason: string;
  /** where the config declares the worker; undefined: it no longer does */
  readonly place?: { readonly pool: string; readonly worker: WantedWorker };
  /** names of its ports whose allowed addresses are edited */
  readonly editedPorts?: readonly string[];
}

/** A worker that the config declares, and what it is created from. */
interface Wanted {
  readonly pool: PoolConfig;
  readonly spec: PoolSpec;
  readonly worker: WantedWorker;
  /** its number in the pool */
  readonly index: number;
}

function plannedPorts({ spec, worker, index }: Wanted): PlannedPort[] {
  const ports = [...spec.ports, ...(spec.workers[index]?.ports ?? [])];
  return planPorts({ ...spec, worker: worker.name, fixedIp: worker.fixedIp, ports });
}

/** Why a server would be replaced, according to its metadata and its ports. */
function replacementReasons(
  { pool, spec, worker }: Wanted,
  server: ExistingServer,
  planned: readonly PlannedPort[],
  existing: ExistingPorts,
): string[] {
  const { flavor, image, availabilityZone } = server.made;
  return [
    ...(flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...(image === undefined ? [] : changed("image", image, pool.image)),
    ...changed("availabilityZone", availabilityZone, worker.availabilityZone),
    ...portChanges(worker, pool.networks.length, planned, existing),
    ...(pool.ignition.onChange === "replace" ? payloadChange(spec, server) : []),
  ];
}

function payloadChange({ payload }: PoolSpec, { made }: ExistingServer): string[] {
  if (made.ignition === payload.hash) return [];
  return [made.ignition === undefined ? "its Ignition config is unknown" : "its Ignition config predates the edit"];
}

function changeOf(wanted: Wanted, server: ExistingServer | undefined, ports: ExistingPorts): PlannedChange[] {
  const { pool, spec, worker } = wanted;
  const change = { worker: worker.name, place: { pool: spec.configPath, worker } };
  const planned = plannedPorts(wanted);
  const edited = editedPorts(worker.name, planned, ports);
  if (!server) {
    const reason = `flavor ${pool.flavor}, image ${pool.image}`;
    return [{ ...change, verdict: "attach", reason, editedPorts: edited }];
  }
  const reasons = replacementReasons(wanted, server, planned, ports);
  if (reasons.length > 0) {
    return [{ ...change, verdict: "replace, drained", reason: reasons.join(", "), editedPorts: edited }];
  }
  const kept = (server.made.ignition === undefined ? [] : payloadChange(spec, server)).map(
    (reason) => `${reason}; set ignition.onChange: replace to renew it`,
  );
  if (pool.readmit.includes(worker.name)) {
    return [{ ...change, verdict: "readmit", reason: [readmission(spec), ...kept].join("; ") }];
  }
  return kept.map((reason) => ({ ...change, verdict: "kept", reason }));
}

/** Preflight does not read the state: only the node provider knows whether the entry is used (resources/admission.ts). */
const readmission = ({ configPath }: PoolSpec): string =>
  `a new client key is admitted in this up, unless an earlier up has used ${configPath}.readmit`;

/**
 * The workers that are attached, detached or replaced, according to the cloud. Changes in place are reported by the node
 * provider, which knows the inputs of the last update (components/node/resources/describe-update.ts).
 */
export function plannedChanges(config: Pick<Config, "pools">, facts: PreflightFacts): PlannedChange[] {
  if (!facts.checks.servers.value) return [];
  const wanted = config.pools.flatMap((pool, i) => {
    const spec = poolSpec(pool, i, facts, facts);
    const workers = workersOf(pool, facts.cluster.infraId);
    return workers.map((worker, index): Wanted => ({ pool, spec, worker, index }));
  });
  const servers = ownServers(facts);
  const ports = existingPorts(facts);
  const names = new Set(wanted.map(({ worker }) => worker.name));
  const gone = [...servers.keys()].filter((name) => !names.has(name));
  return [
    ...wanted.flatMap((each) => changeOf(each, servers.get(each.worker.name)?.[0], ports)),
    ...gone.map((worker): PlannedChange => ({ worker, verdict: "detach, drained", reason: "no longer in the config" })),
  ];
}

/** Whether a server is created: a new one, or one in the place of another. */
export const createsServer = ({ verdict }: PlannedChange): boolean =>
  verdict === "attach" || verdict === "replace, drained";

/** Names of the workers whose servers are replaced. */
export const replacedWorkers = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.filter(({ verdict }) => verdict === "replace, drained").map(({ worker }) => worker));

/** Names of the ports whose allowed addresses the config edits. */
export const editedPortNames = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.flatMap(({ editedPorts: names = [] }) => names));

/** The planned changes, a line each. */
export const renderPlannedChanges = (changes: readonly PlannedChange[]): string[] =>
  changes.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`);
