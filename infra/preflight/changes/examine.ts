import { type PlannedPort, planPorts } from "../../../components/ports/plan.ts";
import type { WorkerInCloud } from "../../../components/server/in-cloud.ts";
import type { PoolSpec } from "../../../components/worker-pool.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { ChangeFacts, ExistingServer, NodeFacts, ServerGroup, StateServer } from "../../discovery/facts.ts";
import { isResolved } from "../../discovery/found.ts";
import { groupOf } from "../../discovery/server-groups.ts";
import { poolSpec } from "../../pool-spec.ts";
import { isOwner } from "../checks/names.ts";
import { type AdoptedObject, type Adoption, adoption } from "./adopt.ts";
import { inCloudOf } from "./in-cloud.ts";
import { type FailedBuild, failedBuild, lastAttempt, type Recorded, wantedAttempt } from "./failed-build.ts";
import { adoptionDifferences, type ExistingPorts, existingPorts, isOwnPort, keysOf, portDifferences } from "./ports.ts";
import { nodeOfServer, type Repair, repair } from "./repair.ts";
import { replacementReasons } from "./replacement.ts";
import { portTakeOver, serverTakeOver, type TakeOver, type WorkerTakeOver } from "./take-over.ts";
import { unreadAdoption } from "./unread-adoption.ts";
import { trunkTakeOvers } from "./trunks.ts";
import { workerZones } from "./zones.ts";

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
  /** whether all of these are edits of what the config has for this worker alone */
  readonly isOwnEdit: boolean;
  /** whether it becomes this stack's because pools[].adopt lists it */
  readonly adoption: Adoption;
  readonly takeOver: WorkerTakeOver;
  /** whether the server is replaced because its build has failed */
  readonly build: FailedBuild;
  /** whether it is replaced because pools[].repair lists it */
  readonly repair: Repair;
  /** the Node of its name, unless it is another server's */
  readonly node: NodeFacts | undefined;
  readonly inCloud: WorkerInCloud;
  /** the zone that a new server of it is created in, see zones.ts */
  readonly zone: string | undefined;
  /** that a new server of it is a member of */
  readonly serverGroup: ServerGroup | undefined;
}

/** What all workers are examined with: looked up for each, it would take seconds. */
interface Known {
  readonly facts: ChangeFacts;
  readonly servers: ReadonlyMap<string, readonly ExistingServer[]>;
  readonly ports: ExistingPorts;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly zones: ReadonlyMap<string, string>;
}

/**
 * The workers that the config declares, in its order; none if the servers could not be read, and none of a pool whose ports
 * name something that does not exist.
 */
export function examine(config: Pick<Config, "pools">, facts: ChangeFacts): ExaminedWorker[] {
  const servers = facts.checks.servers.value;
  if (!servers) return [];
  const known: Known = {
    facts,
    servers: Map.groupBy(servers, ({ name }) => name),
    ports: existingPorts(facts),
    nodes: new Map(facts.cluster.nodes.map((node) => [node.name, node])),
    zones: workerZones(config, facts),
  };
  return config.pools.flatMap((pool, i) => {
    if (!isResolved(facts.cloud.pools[i])) return [];
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
  const ofStack = named.filter(({ owner }) => isOwner(known.facts, owner));
  const templates = [...spec.ports, ...(spec.workers[index]?.ports ?? [])];
  const planned = planPorts({ ...spec, worker: worker.name, fixedIps: worker.fixedIps, ports: templates });
  const adopted = adoptionOf(wanted, { named, own: ofStack, planned }, known);
  const own = adopted.verdict === "adopt" ? [adopted.server] : ofStack;
  const [server] = own;
  const edits = server && adopted.verdict !== "adopt" ? replacementReasons(wanted, server, planned, known.ports) : [];
  const reasons = edits.map(({ reason }) => reason);
  const isOwnEdit = edits.length > 0 && edits.every(({ isOwn }) => isOwn);
  const examined = { pool, spec, worker, planned, own, server, reasons, isOwnEdit, adoption: adopted };
  const takeOver = takeOverOf({ ...examined, isShared: named.length > own.length }, known);
  const { attempt, ...decided } = buildOf(examined, known);
  const inCloud = {
    ...inCloudOf(
      { ...examined, takeOver },
      {
        ports: known.ports,
        state: known.facts.state?.value,
        hasNode: known.nodes.has(worker.name),
      },
    ),
    attempt,
  };
  const ofName = known.nodes.get(worker.name);
  const node = server ? nodeOfServer({ node: ofName, server }) : ofName;
  return {
    ...examined,
    takeOver,
    ...decided,
    node,
    inCloud,
    zone: known.zones.get(worker.name),
    serverGroup: groupOf(pool, known.facts.checks),
  };
}

function adoptionOf(
  { pool, spec, worker }: Wanted,
  {
    named,
    own,
    planned,
  }: {
    readonly named: readonly ExistingServer[];
    readonly own: readonly ExistingServer[];
    readonly planned: readonly PlannedPort[];
  },
  { facts, ports }: Known,
): Adoption {
  const state = facts.state?.value;
  const candidate = { isListed: pool.adopt.includes(worker.name), name: worker.name, named };
  if (!state) return unreadAdoption(candidate, facts.state?.error);
  return adoption({
    ...candidate,
    pool: spec.configPath,
    own,
    stateId: state.servers[worker.name]?.id,
    wanted: { ...spec, ...worker, onChange: pool.ignition.onChange },
    ports: planned.map((port, i) => ({
      name: port.name,
      stateId: state.ports[port.name],
      named: ports.named.get(port.name) ?? [],
      differences: (found) => adoptionDifferences({ ...keysOf(worker, pool.networks.length, i), port }, found, ports),
    })),
    seen: ports.all,
    isOwner: (owner) => isOwner(facts, owner),
  });
}

interface Decision extends Pick<ExaminedWorker, "build" | "repair"> {
  readonly attempt: WorkerInCloud["attempt"];
}

/** Of a server that the state does not have, or of several, the take-over and the names decide. */
function buildOf(candidate: Candidate, { facts, nodes }: Known): Decision {
  const { worker, own, server, reasons, adoption: adopted } = candidate;
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
  const isKnown = server !== undefined && own.length === 1 && (inState?.id === server.id || inState?.id === "");
  const isDecided = isKnown && adopted.verdict !== "adopt";
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

type Candidate = Omit<ExaminedWorker, "takeOver" | "build" | "repair" | "node" | "inCloud" | "zone" | "serverGroup">;

type TakeOverCandidate = Candidate & { readonly isShared: boolean };

/** Nothing is taken over where the state could not be read: whether it has it, nobody knows. */
function takeOverOf(candidate: TakeOverCandidate, { facts, ports, nodes }: Known): WorkerTakeOver {
  const { pool, worker, planned, server, own, isShared, reasons, adoption: adopted } = candidate;
  const state = facts.state?.value;
  if (!state) return { server: { verdict: "none" }, ports: [], trunks: [] };
  if (adopted.verdict === "adopt") {
    const ofPorts = adopted.ports.map((port) => ({ name: port.name, takeOver: unlessInState(port) }));
    return { server: unlessInState(adopted.server), ports: ofPorts, trunks: [] };
  }
  const ofPorts = planned.map((port, i) => {
    const all = ports.named.get(port.name) ?? [];
    const ours = all.filter((found) => isOwnPort(found, server, facts));
    const wanted = { ...keysOf(worker, pool.networks.length, i), port };
    const stateId = state.ports[port.name];
    const changes = ours.slice(0, 1).flatMap((found) => portDifferences(wanted, found, ports));
    const takeOver = portTakeOver({
      name: port.name,
      stateId,
      own: ours,
      isShared: all.length > ours.length,
      changes,
    });
    return { name: port.name, stateId, takeOver, isReplaced: changes.length > 0 };
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
  const ownPorts = ofPorts.map(({ name, takeOver }) => ({ name, takeOver }));
  const { subports, trunks } = trunkTakeOvers(planned, ofPorts, { ports, state, facts, server });
  return { server: ofServer, ports: [...ownPorts, ...subports], trunks };
}

const unlessInState = ({ id, isInState }: AdoptedObject): TakeOver =>
  isInState ? { verdict: "none" } : { verdict: "take over", id };
