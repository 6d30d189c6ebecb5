import { changed } from "../../../components/lib/changed.ts";
import { ownerOf } from "../../../components/ports/description.ts";
import { type PlannedPort, planPorts } from "../../../components/ports/plan.ts";
import type { PortRecord, WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { portsNamed } from "../../../components/server/port-options.ts";
import type { PoolSpec } from "../../../components/worker-pool.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { ChangeFacts, ExistingPort, ExistingServer, NodeFacts, StateServer } from "../../discovery/facts.ts";
import { poolSpec } from "../../pool-spec.ts";
import { isOwner } from "../checks/names.ts";
import { type FailedBuild, failedBuild, lastAttempt, type Recorded, wantedAttempt } from "./failed-build.ts";
import { type ExistingPorts, existingPorts, isPlaced, keysOf, portChanges, portDifferences } from "./ports.ts";
import { nodeOfServer, type Repair, repair } from "./repair.ts";
import { portTakeOver, serverTakeOver, type TakeOver } from "./take-over.ts";

/** A worker that the config declares, what it is created from, and what the cloud has of it. */
export interface ExaminedWorker {
  readonly pool: PoolConfig;
  readonly spec: PoolSpec;
  readonly worker: WantedWorker;
  readonly planned: readonly PlannedPort[];
  /** the stack's own servers of its name */
  readonly own: readonly ExistingServer[];
  /** of several the first */
  readonly server: ExistingServer | undefined;
  /** why the server would be replaced */
  readonly reasons: readonly string[];
  readonly takeOver: {
    readonly server: TakeOver;
    /** of the planned ports, in their order */
    readonly ports: readonly { readonly name: string; readonly takeOver: TakeOver }[];
  };
  /** whether the server is replaced because its build has failed */
  readonly build: FailedBuild;
  /** whether it is replaced because pools[].repair lists it */
  readonly repair: Repair;
  /** the Node of its name, unless it is another server's */
  readonly node: NodeFacts | undefined;
  readonly inCloud: WorkerInCloud;
}

/** What all workers are examined with: looked up for each, it would take seconds. */
interface Known {
  readonly facts: ChangeFacts;
  readonly servers: ReadonlyMap<string, readonly ExistingServer[]>;
  readonly ports: ExistingPorts;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
}

/** The workers that the config declares, in its order; none if the servers could not be read. */
export function examine(config: Pick<Config, "pools">, facts: ChangeFacts): ExaminedWorker[] {
  const servers = facts.checks.servers.value;
  if (!servers) return [];
  const known: Known = {
    facts,
    servers: Map.groupBy(servers, ({ name }) => name),
    ports: existingPorts(facts),
    nodes: new Map(facts.cluster.nodes.map((node) => [node.name, node])),
  };
  return config.pools.flatMap((pool, i) => {
    const spec = poolSpec(pool, i, facts, facts);
    return workersOf(pool, facts.cluster.infraId).map((worker, index) =>
      examineWorker({ pool, spec, worker, index }, known),
    );
  });
}

interface Wanted extends Pick<ExaminedWorker, "pool" | "spec" | "worker"> {
  /** its number in the pool */
  readonly index: number;
}

function examineWorker(wanted: Wanted, known: Known): ExaminedWorker {
  const { pool, spec, worker, index } = wanted;
  const named = known.servers.get(worker.name) ?? [];
  const own = named.filter(({ owner }) => isOwner(known.facts, owner));
  const [server] = own;
  const templates = [...spec.ports, ...(spec.workers[index]?.ports ?? [])];
  const planned = planPorts({ ...spec, worker: worker.name, fixedIp: worker.fixedIp, ports: templates });
  const reasons = server ? replacementReasons(wanted, server, planned, known.ports) : [];
  const examined = { pool, spec, worker, planned, own, server, reasons };
  const takeOver = takeOverOf({ ...examined, isShared: named.length > own.length }, known);
  const { attempt, ...decided } = buildOf(examined, known);
  const inCloud = { ...inCloudOf({ worker, planned, server, takeOver }, known), attempt };
  const ofName = known.nodes.get(worker.name);
  const node = server ? nodeOfServer({ node: ofName, server }) : ofName;
  return { ...examined, takeOver, ...decided, node, inCloud };
}

interface Decision extends Pick<ExaminedWorker, "build" | "repair"> {
  readonly attempt: WorkerInCloud["attempt"];
}

/** Of a server that the state does not have, or of several, the take-over and the names decide. */
function buildOf(candidate: Candidate, { facts, nodes }: Known): Decision {
  const { worker, own, server, reasons } = candidate;
  const none = { verdict: "none" } as const;
  const state = facts.state?.value;
  if (!state) return { build: none, repair: none, attempt: undefined };
  const inState = state.servers[worker.name];
  const record: Recorded = {
    inCloud: server?.made.attempt,
    isInState: inState !== undefined,
    inState: inState?.attempt,
  };
  const isEdited = reasons.length > 0;
  const isDecided = server !== undefined && own.length === 1 && (inState?.id === server.id || inState?.id === "");
  if (!isDecided) return { build: none, repair: none, attempt: wantedAttempt(record, { build: none, isEdited }) };
  const decision = decide(
    { ...candidate, server, record },
    { state: inState, node: nodes.get(worker.name), at: facts.at },
  );
  const repaired = decision.repair.verdict === "replace" ? server.id : undefined;
  return { ...decision, attempt: wantedAttempt(record, { build: decision.build, isEdited, repaired }) };
}

type Decidable = Candidate & { readonly server: ExistingServer; readonly record: Recorded };

/** A repair goes first: it was asked for, and counts no attempt. */
function decide(
  { pool, spec, worker, server, reasons, record }: Decidable,
  {
    state,
    node,
    at,
  }: { readonly state: StateServer; readonly node: NodeFacts | undefined; readonly at: number | undefined },
): Pick<ExaminedWorker, "build" | "repair"> {
  const isEdited = reasons.length > 0;
  const repaired = repair({
    isListed: pool.repair.includes(worker.name),
    server,
    isEdited,
    hasJoined: state.hasJoined === true,
    node,
    pool,
    now: at,
  });
  if (repaired.verdict === "replace") return { repair: repaired, build: { verdict: "none" } };
  const build = failedBuild({
    server,
    attempt: lastAttempt(record),
    attempts: pool.provision.attempts,
    isEdited,
    hasNode: nodeOfServer({ node, server }) !== undefined,
    pool: spec.configPath,
  });
  return { repair: repaired, build };
}

type Candidate = Omit<ExaminedWorker, "takeOver" | "build" | "repair" | "node" | "inCloud">;

type TakeOverCandidate = Candidate & {
  readonly isShared: boolean;
};

/** Nothing is taken over where the state could not be read: whether it has it, nobody knows. */
function takeOverOf(candidate: TakeOverCandidate, { facts, ports, nodes }: Known): ExaminedWorker["takeOver"] {
  const { pool, worker, planned, server, own, isShared, reasons } = candidate;
  const state = facts.state?.value;
  if (!state) return { server: { verdict: "none" }, ports: [] };
  const ofPorts = planned.map((port, i) => {
    const all = ports.named.get(port.name) ?? [];
    const ours = all.filter((found) => isOwnPort(found, server, facts));
    const [found] = ours;
    const wanted = { ...keysOf(worker, pool.networks.length, i), port };
    const stateId = state.ports[port.name];
    const takeOver = portTakeOver({
      name: port.name,
      stateId,
      own: ours,
      isShared: all.length > ours.length,
      changes: found ? portDifferences(wanted, found, ports.names) : [],
    });
    return { name: port.name, stateId, takeOver };
  });
  const ofServer = serverTakeOver({
    name: worker.name,
    stateId: state.servers[worker.name]?.id,
    own,
    isShared,
    changes: reasons,
    ports: ofPorts,
    hasNode: nodes.has(worker.name),
  });
  return { server: ofServer, ports: ofPorts.map(({ name, takeOver }) => ({ name, takeOver })) };
}

/** By its description, or by an address of the worker's own server: somebody may have written a note in the description. */
const isOwnPort = (port: ExistingPort, server: ExistingServer | undefined, facts: ChangeFacts): boolean =>
  isOwner(facts, ownerOf(port.description)) || isAttached(port, server);

const isAttached = ({ addresses }: ExistingPort, server: ExistingServer | undefined): boolean =>
  addresses.some(({ ip }) => server?.addresses?.includes(ip));

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

export function payloadChange({ payload }: PoolSpec, { made }: ExistingServer): string[] {
  if (made.ignition === payload.hash) return [];
  return [made.ignition === undefined ? "its Ignition config is unknown" : "its Ignition config predates the edit"];
}

function inCloudOf(
  { worker, planned, server, takeOver }: Pick<ExaminedWorker, "worker" | "planned" | "server" | "takeOver">,
  { ports, nodes, facts }: Known,
): Omit<WorkerInCloud, "attempt"> {
  const inState = facts.state?.value?.servers[worker.name];
  const found = planned.flatMap((port, i) => {
    const seen = ports.workers.get(worker.name)?.get(i);
    return seen ? [{ port, seen }] : [];
  });
  const taken = takeOver.ports.flatMap(({ name, takeOver: it }) =>
    it.verdict === "take over" ? [[name, it.id] as const] : [],
  );
  const all = found.length === planned.length && found.every(({ seen }) => isAttached(seen, server));
  return {
    takenOver: {
      ...(takeOver.server.verdict === "take over" && {
        server: { id: takeOver.server.id, isBuilt: server?.progress !== "building" },
      }),
      ports: new Map(taken),
    },
    portRecord: portRecordOf(server, inState, takeOver.server, ports.areRead && all),
    building: isBuilding({ server, inState, hasNode: nodes.has(worker.name) }) ? server?.id : undefined,
    ports: ports.areRead ? new Set(found.map(({ port }) => port.name)) : undefined,
    placedPorts: ports.areRead
      ? new Set(found.filter(({ port, seen }) => isPlaced(port, seen)).map(({ port }) => port.name))
      : undefined,
  };
}

/** Whether the creation of a server that the state has was interrupted. One that has joined may be rebooted by anybody, too. */
function isBuilding({
  server,
  inState,
  hasNode,
}: {
  readonly server: ExistingServer | undefined;
  readonly inState: StateServer | undefined;
  readonly hasNode: boolean;
}): boolean {
  const isOwn = server !== undefined && inState?.id === server.id && server.progress === "building";
  return isOwn && inState.hasJoined !== true && !hasNode;
}

const isUnread = ({ ports, networks }: Pick<StateServer, "ports" | "networks">): boolean =>
  ports !== undefined && networks !== undefined && networks < portsNamed(ports);

/** The engine compares the program's metadata with the state's, which may be older than the cloud's; an import reads the cloud's. */
function portRecordOf(
  server: ExistingServer | undefined,
  inState: StateServer | undefined,
  takeOver: TakeOver,
  areAttached: boolean,
): PortRecord {
  const known = takeOver.verdict === "take over" ? server?.made : inState;
  if (!server || !known) return "unknown";
  if (known.ports !== undefined) return inState && isUnread(inState) ? "unread" : "recorded";
  return areAttached || takeOver.verdict === "take over" ? "attached" : "unrecorded";
}
