import { surgeText } from "../../../components/rollout/surge.ts";
import type { PoolSpec } from "../../../components/worker-pool.ts";
import type { Config } from "../../config/load.ts";
import type { WantedWorker } from "../../config/workers.ts";
import { poolPath } from "../../config/paths.ts";
import type { ChangeFacts, ExistingServer } from "../../discovery/facts.ts";
import { ownServers, wantedWorkers } from "../checks/names.ts";
import { poolOfName } from "../pool-of-name.ts";
import { examine, type ExaminedWorker } from "./examine.ts";
import { attemptText } from "./failed-build.ts";
import { editedPorts, type ExistingPorts, existingPorts, missingSubnets } from "./ports.ts";
import { payloadChange } from "./replacement.ts";
import { isSurgeServer } from "./surge.ts";
import { zoneReasons } from "./zones.ts";

/** The planned change of a worker. */
export interface PlannedChange {
  readonly worker: string;
  readonly verdict:
    | "attach"
    | "taken over"
    | "adopt"
    | "detach, drained"
    | "replace, drained"
    | "replace"
    | "refuse"
    | "kept"
    | "readmit";
  readonly reason: string;
  /** where the config declares the worker; undefined: it no longer does */
  readonly place?: { readonly pool: string; readonly worker: WantedWorker };
  /** name of the pool that a worker leaves, by its server or by its own name; undefined: it stays, or neither tells */
  readonly formerPool?: string | undefined;
  /** names of its ports of which is edited what their description tells */
  readonly editedPorts?: readonly string[];
  /** it is replaced by an edit of what the config has for this worker alone */
  readonly isOwnEdit?: true;
  /** it is a surge worker, of this update's roll or of an earlier one that is done */
  readonly isSurge?: true;
}

/** Says of each surge worker what it is, also of one that stays as it is. */
function changesOf(examined: ExaminedWorker, ports: ExistingPorts): PlannedChange[] {
  const changes = changeOf(examined, ports);
  const { worker, spec } = examined;
  if (!worker.isSurge) return changes;
  const surge = { isSurge: true } as const;
  if (changes.length === 0) {
    const place = { pool: spec.configPath, worker };
    return [{ worker: worker.name, verdict: "kept", reason: surgeText, place, ...surge }];
  }
  return changes.map((change) => ({ ...change, ...surge, reason: `${change.reason}; ${surgeText}` }));
}

function changeOf(examined: ExaminedWorker, ports: ExistingPorts): PlannedChange[] {
  const { pool, spec, worker, planned, server, reasons, isOwnEdit, takeOver, build, repair, adoption } = examined;
  const change = { worker: worker.name, place: { pool: spec.configPath, worker } };
  const edited = editedPorts(worker.name, planned, ports);
  const taken = takenOver(examined);
  if (adoption.verdict === "refuse") {
    return [{ ...change, verdict: "refuse", reason: adoption.refusals.map(({ problem }) => problem).join("; ") }];
  }
  const others = [...takeOver.ports, ...takeOver.trunks].map((each) => each.takeOver);
  const refused = [takeOver.server, ...others].flatMap((it) => (it.verdict === "refuse" ? it.problem : []));
  if (refused.length > 0) return [{ ...change, verdict: "refuse", reason: refused.join("; ") }];
  if (!server) {
    const reason = [
      madeFrom(examined),
      ...taken.map((it) => `${it} is taken over`),
      ...takeOver.trunks.flatMap(trunkKept),
    ].join("; ");
    return [{ ...change, verdict: "attach", reason, editedPorts: edited }];
  }
  if (reasons.length > 0) {
    const own = isOwnEdit && { isOwnEdit };
    return [{ ...change, verdict: "replace, drained", reason: reasons.join(", "), editedPorts: edited, ...own }];
  }
  if (build.verdict === "replace") {
    const reason = `its build failed: ${server.failure ?? ""}; ${attemptText(build)}`;
    return [{ ...change, verdict: "replace", reason, editedPorts: edited }];
  }
  if (repair.verdict === "replace") {
    return [{ ...change, verdict: "replace, drained", reason: `repair: ${repair.reason}`, editedPorts: edited }];
  }
  const kept = keptReasons(examined, server, ports);
  const readmitted = pool.readmit.includes(worker.name) ? [readmission(spec)] : [];
  if (examined.inCloud.adopted) {
    return [{ ...change, verdict: "adopt", reason: [adoptedText(examined), ...readmitted, ...kept].join("; ") }];
  }
  if (taken.length > 0) {
    const why = "this stack's, but not in its state, as an interrupted command leaves them";
    return [
      { ...change, verdict: "taken over", reason: [`${taken.join(", ")}: ${why}`, ...readmitted, ...kept].join("; ") },
    ];
  }
  if (readmitted.length > 0) return [{ ...change, verdict: "readmit", reason: [...readmitted, ...kept].join("; ") }];
  return kept.map((reason) => ({ ...change, verdict: "kept", reason }));
}

/** What a new server is created from, and where. */
function madeFrom({ pool, zone, serverGroup: group }: ExaminedWorker): string {
  const place = [
    ...(zone === undefined ? [] : [`zone ${zone}`]),
    ...(group === undefined ? [] : [`server group ${group.name} (${group.policy})`]),
  ];
  return [`flavor ${pool.flavor}`, `image ${pool.image}`, ...place].join(", ");
}

/** What becomes this stack's. */
function adoptedText({ adoption, server }: ExaminedWorker): string {
  const ports = adoption.verdict === "adopt" ? adoption.ports.map(({ id }) => ` and port ${id}`) : [];
  return `server ${server?.id ?? ""}${ports.join("")} become${ports.length === 0 ? "s" : ""} this stack's, metadata only`;
}

/** Why what the config asks for is not done to a worker. */
function keptReasons(
  { pool, spec, worker, planned, repair, adoption, inCloud, serverGroup, takeOver }: ExaminedWorker,
  server: ExistingServer,
  ports: ExistingPorts,
): string[] {
  const payload = server.made.ignition === undefined ? [] : payloadChange(spec, server);
  return [
    ...(repair.verdict === "stays"
      ? [`repair: ${repair.reason}${repair.isNeedless ? ": the entry can be removed" : ""}`]
      : []),
    ...(adoption.verdict === "needless" && !inCloud.adopted
      ? ["adopt: it is this stack's: the entry can be removed"]
      : []),
    ...payload.map((reason) => `${reason}; set ignition.onChange: replace to renew it`),
    ...missingSubnets(worker.name, planned, ports),
    ...zoneReasons(pool, worker, server),
    ...(serverGroup === undefined || serverGroup.members.includes(server.id)
      ? []
      : [`it is no member of server group ${serverGroup.name}, which is for new servers`]),
    ...takeOver.trunks.flatMap(trunkKept),
  ];
}

/** Of a trunk that is this stack's, and that the provider cannot import into its state. */
const trunkKept = ({ name, takeOver }: ExaminedWorker["takeOver"]["trunks"][number]): string[] =>
  takeOver.verdict === "take over"
    ? [`trunk ${name} (id ${takeOver.id}) is not in the state: it stays as it is, and goes with the worker`]
    : [];

/** What is taken over into the state, each with its id. */
function takenOver({ worker, server, takeOver }: ExaminedWorker): string[] {
  const building = server?.progress === "building" ? ", still being built" : "";
  const all = [{ name: `server ${worker.name}`, takeOver: takeOver.server, note: building }].concat(
    takeOver.ports.map(({ name, takeOver: it }) => ({ name: `port ${name}`, takeOver: it, note: "" })),
  );
  return all.flatMap(({ name, takeOver: it, note }) =>
    it.verdict === "take over" ? `${name} (id ${it.id}${note})` : [],
  );
}

/** Preflight does not read the state: only the node provider knows whether the entry is used (resources/admission.ts). */
const readmission = ({ configPath }: PoolSpec): string =>
  `a new client key is admitted in this up, unless an earlier up has used ${configPath}.readmit`;

/**
 * The workers that are attached, detached or replaced, according to the cloud. Changes in place are reported by the node
 * provider, which knows the inputs of the last update (components/node/resources/describe-update.ts).
 */
export function plannedChanges(
  config: Pick<Config, "pools">,
  facts: ChangeFacts,
  workers: readonly ExaminedWorker[] = examine(config, facts),
): PlannedChange[] {
  if (!facts.checks.servers.value) return [];
  const ports = existingPorts(facts);
  const names = new Set(wantedWorkers(config, facts).map(({ name }) => name));
  const gone = [...ownServers(facts)].filter(([name]) => !names.has(name));
  const removed = new Map(
    config.pools.flatMap(({ name, remove }) => remove.map((node) => [node, `listed in ${poolPath(name)}.remove`])),
  );
  return [
    ...workers.flatMap((each) => changesOf(each, ports)),
    ...gone.map(([worker, servers]): PlannedChange => {
      const isSurge = servers.every(isSurgeServer);
      const why = isSurge ? "a surge worker that no roll needs any more" : "no longer in the config";
      const formerPool = servers[0]?.pool ?? poolOfName(worker, config, facts.cluster.infraId)?.name;
      return {
        worker,
        verdict: "detach, drained",
        reason: removed.get(worker) ?? why,
        formerPool,
        ...(isSurge && { isSurge }),
      };
    }),
  ];
}

/** Whether a server is replaced: one that may serve, or one whose build has failed. */
export const replacesServer = ({ verdict }: PlannedChange): boolean =>
  verdict === "replace, drained" || verdict === "replace";

/** Whether a server is created: a new one, or one in the place of another. */
export const createsServer = (change: PlannedChange): boolean => change.verdict === "attach" || replacesServer(change);

/** Names of the workers whose servers are created. */
export const createdWorkers = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.filter(createsServer).map(({ worker }) => worker));

/** Names of the workers whose servers are replaced. */
export const replacedWorkers = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.filter(replacesServer).map(({ worker }) => worker));

/** Names of the workers that are replaced by an edit of what the config has for them alone. */
export const ownEdits = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.flatMap(({ worker, isOwnEdit }) => (isOwnEdit ? worker : [])));

/** Names of the ports of which the config edits what their description tells. */
export const editedPortNames = (changes: readonly PlannedChange[]): ReadonlySet<string> =>
  new Set(changes.flatMap(({ editedPorts: names = [] }) => names));

/** The planned changes, a line each. */
export const renderPlannedChanges = (changes: readonly PlannedChange[]): string[] =>
  changes.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`);
