import { surgeText } from "../../components/rollout/surge.ts";
import type { ServerStatus } from "../discovery/cloud/project.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import { isSurgeServer } from "../preflight/changes/surge.ts";
import { isOwner } from "../preflight/checks/names.ts";
import type { StatusDocument, WorkerStatus } from "./document.ts";
import { hostsOf, unreadHosts } from "./hosts.ts";
import { type Observation, unreadOf } from "./observation.ts";
import { remarksOf } from "./remarks.ts";
import { type SeenWorker, seenWorkers } from "./workers.ts";

/** What is between a worker and the config. */
function pendingChange({ change }: SeenWorker): string[] {
  if (!change || change.verdict === "kept") return [];
  return [`rollout pending: ${change.verdict} (${change.reason})`];
}

function underWayOf(seen: SeenWorker, observation: Observation): string[] {
  const { node, servers, joining, wanted } = seen;
  const tasks = servers.flatMap(({ taskState, status }) =>
    taskState === undefined || status === "BUILD" ? [] : [`server: ${taskState}`],
  );
  const cordon = node?.cordon;
  const draining = cordon && "stack" in cordon && isOwner(observation, cordon.stack);
  return [
    ...(joining === undefined ? [] : [`joining: ${joining}`]),
    ...(draining ? ["draining: cordoned by this stack"] : []),
    ...(node?.updating ? ["updated by the machine-config operator"] : []),
    ...(node?.deleting ? ["Node is being deleted"] : []),
    ...tasks,
    ...(wanted?.worker.isSurge ? [surgeText] : pendingChange(seen)),
  ];
}

function specOf({ wanted, change, servers }: SeenWorker, { changes, cloud }: Observation): WorkerStatus["spec"] {
  if (!wanted || servers.length === 0) return cloud.value ? "outdated" : "unknown";
  if (!changes.value) return "unknown";
  return change?.verdict === "replace, drained" ? "outdated" : "current";
}

const readyValues = ["True", "False", "Unknown"] as const;

function nodeStatus(node: NodeStatus | undefined): WorkerStatus["node"] {
  if (!node) return null;
  const { name, cordon, since = null, kubelet } = node;
  const ready = readyValues.find((value) => value === node.ready) ?? null;
  return { name, ready, since, kubelet, cordoned: cordon ? ("stack" in cordon ? "stack" : "other") : null };
}

function serverStatus(server: ServerStatus | undefined): WorkerStatus["server"] {
  if (!server) return null;
  const { id, status, taskState = null, power, host = null, actual } = server;
  return { id, status, taskState, power, host, zone: actual?.zone ?? null };
}

function rowOf(seen: SeenWorker, observation: Observation): WorkerStatus {
  const { name, wanted, node, servers } = seen;
  const [server] = servers;
  const underWay = underWayOf(seen, observation);
  const remarks = remarksOf(seen, observation);
  const spec = specOf(seen, observation);
  const ready = node?.ready === "True" && server?.status === "ACTIVE";
  return {
    name,
    pool: wanted?.pool.name ?? server?.pool ?? null,
    wanted: wanted !== undefined && !wanted.worker.isSurge,
    surge: wanted?.worker.isSurge ?? (server !== undefined && isSurgeServer(server) && wanted === undefined),
    node: nodeStatus(node),
    server: serverStatus(server),
    addresses: [...(server?.addresses ?? node?.internalIps ?? [])],
    spec,
    underWay,
    remarks,
    healthy: ready && spec === "current" && underWay.length === 0 && remarks.length === 0,
  };
}

function unreadParts(observation: Observation): StatusDocument["unread"] {
  const unread = unreadOf(observation, ["cluster", "cloud"]);
  const { error } = observation.changes;
  // a plan needs both, and has no other reason then
  return unread.length > 0 || error === undefined ? unread : [{ part: "spec", reason: error }];
}

/** What is seen of the stack's workers, and the exit code that goes with it. */
export function statusOf(observation: Observation): StatusDocument {
  const workers = seenWorkers(observation).map((seen) => rowOf(seen, observation));
  const unread = [...unreadParts(observation), ...unreadHosts(observation)];
  const attention = workers.some(({ healthy }) => !healthy);
  return {
    version: 1,
    stack: observation.stack,
    at: new Date(observation.now).toISOString(),
    exitCode: unread.length > 0 ? 2 : attention ? 1 : 0,
    workers,
    ...hostsOf(observation),
    unread,
  };
}
