import type { PlannedPort } from "../../../components/ports/plan.ts";
import type { PortRecord, WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { portsNamed } from "../../../components/server/port-options.ts";
import type { PoolConfig } from "../../config/load.ts";
import type { WantedWorker } from "../../config/workers.ts";
import type { ExistingServer, StateFacts, StateServer } from "../../discovery/facts.ts";
import type { Adoption } from "./adopt.ts";
import { type ExistingPorts, isAttached, isPlaced } from "./ports.ts";
import type { TakeOver, WorkerTakeOver } from "./take-over.ts";
import { vacatedOf } from "./vacated.ts";

/** What the options of a worker's resources depend on. Pure. */

interface Examined {
  readonly pool: PoolConfig;
  readonly worker: WantedWorker;
  readonly planned: readonly PlannedPort[];
  readonly server: ExistingServer | undefined;
  readonly reasons: readonly string[];
  readonly adoption: Adoption;
  readonly takeOver: WorkerTakeOver;
}

interface Read {
  readonly ports: ExistingPorts;
  /** undefined: not read */
  readonly state: StateFacts | undefined;
  /** whether the cluster has a Node of the worker's name */
  readonly hasNode: boolean;
}

export function inCloudOf(examined: Examined, { ports, state, hasNode }: Read): Omit<WorkerInCloud, "attempt"> {
  const { worker, planned, server, takeOver, reasons } = examined;
  const inState = state?.servers[worker.name];
  const found = planned.flatMap((port, i) => {
    const seen = ports.workers.get(worker.name)?.get(i);
    return seen ? [{ port, seen }] : [];
  });
  const subports = planned.flatMap(({ trunk }) => trunk?.subports ?? []);
  const unsecured = [
    ...found.map(({ port, seen }) => ({ name: port.name, seen })),
    ...subports.flatMap(({ name }) => (ports.named.get(name) ?? []).map((seen) => ({ name, seen }))),
  ].filter(({ seen }) => seen.portSecurity === false);
  const ofWorker = [...(ports.workers.get(worker.name)?.values() ?? [])];
  const all = found.length === planned.length && found.every(({ seen }) => isAttached(seen, server));
  return {
    vacated: vacatedOf({ name: worker.name, server, state, ports: ofWorker }),
    takenOver: {
      ...(takeOver.server.verdict === "take over" && {
        server: { id: takeOver.server.id, isBuilt: server?.progress !== "building" },
      }),
      ports: takenOf(takeOver.ports),
    },
    ...(takeOver.trunks.length > 0 && { lostTrunks: takenOf(takeOver.trunks) }),
    portRecord: portRecordOf(server, inState, takeOver.server, {
      areAttached: ports.areRead && all,
      isEdited: reasons.length > 0,
    }),
    unsecuredPorts: new Set(unsecured.map(({ name }) => name)),
    building: isBuilding(server, inState, hasNode) ? server?.id : undefined,
    madeZone: server?.made.availabilityZone,
    ports: ports.areRead ? new Set(found.map(({ port }) => port.name)) : undefined,
    placedPorts: ports.areRead
      ? new Set(found.filter(({ port, seen }) => isPlaced(port, seen)).map(({ port }) => port.name))
      : undefined,
    ...adoptedIn(examined, inState, hasNode),
  };
}

/** Ids by names. */
const takenOf = (all: WorkerTakeOver["ports"]): ReadonlyMap<string, string> =>
  new Map(all.flatMap(({ name, takeOver: it }) => (it.verdict === "take over" ? [[name, it.id] as const] : [])));

/**
 * Also after an adoption that was interrupted between its last change in the cloud and the state: with the metadata that the
 * state has not yet, the engine would replace the server. Its entry may be gone by then: that it runs and has a Node, although
 * the state says of none that it joined, tells it from one whose creation failed, and of which the state has no metadata either.
 */
function adoptedIn(
  { pool, worker, server, reasons, adoption: adopted }: Examined,
  inState: StateServer | undefined,
  hasNode: boolean,
): Pick<WorkerInCloud, "adopted"> {
  if (adopted.verdict === "adopt") {
    const blank = adopted.ports.filter(({ isBlank }) => isBlank).map(({ name }) => name);
    return { adopted: { serverId: adopted.server.id, blankPorts: new Set(blank) } };
  }
  const isUnmarked = inState !== undefined && inState.id === server?.id && inState.owner === undefined;
  if (!isUnmarked || reasons.length > 0) return {};
  const runs = hasNode && server.failure === undefined && server.progress === undefined;
  const isBlank = inState.ports === undefined && inState.attempt === undefined && inState.hasJoined !== true;
  if (!pool.adopt.includes(worker.name) && !(runs && isBlank)) return {};
  return { adopted: { serverId: inState.id, blankPorts: new Set() } };
}

/** Whether the creation of a server that the state has was interrupted. One that has joined may be rebooted by anybody, too. */
function isBuilding(server: ExistingServer | undefined, inState: StateServer | undefined, hasNode: boolean): boolean {
  const isOwn = server !== undefined && inState?.id === server.id && server.progress === "building";
  return isOwn && inState.hasJoined !== true && !hasNode;
}

const isUnread = ({ ports, networks }: StateServer): boolean =>
  ports !== undefined && networks !== undefined && networks < portsNamed(ports);

/** The engine compares the program's metadata with the state's, which may be older than the cloud's; an import reads the cloud's. */
function portRecordOf(
  server: ExistingServer | undefined,
  inState: StateServer | undefined,
  takeOver: TakeOver,
  { areAttached, isEdited }: { readonly areAttached: boolean; readonly isEdited: boolean },
): PortRecord {
  const known = takeOver.verdict === "take over" ? server?.made : inState;
  if (!server || !known) return "unknown";
  // of an edit the list takes the server with a port that is replaced, see components/server/port-options.ts
  if (known.ports !== undefined) return inState && isUnread(inState) && !isEdited ? "unread" : "recorded";
  return areAttached || takeOver.verdict === "take over" ? "attached" : "unrecorded";
}
