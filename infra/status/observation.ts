import type { Config } from "../config/load.ts";
import { type WantedWorker, workersOf } from "../config/workers.ts";
import type { Result } from "../discovery/attempt.ts";
import type { ProjectObjects, ServerStatus } from "../discovery/cloud/project.ts";
import type { ClusterStatus, NodeStatus } from "../discovery/cluster/status.ts";
import type { StackState } from "../discovery/exported-state.ts";
import type { PlannedChange } from "../preflight/changes/plan.ts";
import { isOwner } from "../preflight/checks/names.ts";

/** What was read of a stack at one time, each part or why it could not be read. Plain data. */
export interface Observation {
  /** as `--stack` names it */
  readonly stack: string;
  /** the stack as `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** what it was before, in the same form */
  readonly formerOwners: readonly string[];
  readonly config: Pick<Config, "pools" | "cluster" | "inventory">;
  readonly cluster: Result<ClusterStatus>;
  readonly cloud: Result<ProjectObjects>;
  /** what the config asks for and the cloud does not have yet */
  readonly changes: Result<readonly PlannedChange[]>;
  /** ms since the epoch */
  readonly now: number;
}

/** The same with the stack's state. */
export interface FullObservation extends Omit<Observation, "changes"> {
  readonly state: Result<StackState>;
}

/** Which of these parts could not be read, and why. */
export const unreadOf = <P extends string>(
  seen: Readonly<Record<P, Result<unknown>>>,
  parts: readonly P[],
): { readonly part: P; readonly reason: string }[] =>
  parts.flatMap((part) => {
    const { error } = seen[part];
    return error === undefined ? [] : [{ part, reason: error }];
  });

type Seen = Omit<Observation, "changes"> & { readonly state?: Result<StackState> };

/** The cluster's infrastructure name, by which the config's workers are named; undefined: nothing tells it. */
export function infraIdOf({ cluster, config, cloud, ...seen }: Seen): string | undefined {
  const own = cloud.value?.servers.find(({ owner, infraId }) => infraId !== undefined && isOwner(seen, owner));
  return cluster.value?.infraId ?? config.cluster.expect?.infraId ?? own?.infraId;
}

/** A worker of the config, with its pool. */
export interface PoolWorker {
  readonly worker: WantedWorker;
  readonly pool: Config["pools"][number];
}

/** The workers of the config by their names, in its order. */
export function wantedWorkersOf(seen: Seen): ReadonlyMap<string, PoolWorker> {
  const infraId = infraIdOf(seen);
  if (infraId === undefined) return new Map();
  const all = seen.config.pools.flatMap((pool) => workersOf(pool, infraId).map((worker) => ({ worker, pool })));
  return new Map(all.map((each) => [each.worker.name, each]));
}

/** The project's servers that this stack has created, by their metadata. */
export const ownServersOf = (seen: Seen): readonly ServerStatus[] =>
  (seen.cloud.value?.servers ?? []).filter(({ owner }) => isOwner(seen, owner));

/** The server that a Node runs on, as far as the Node tells: by its providerID, else by our annotation. */
export const serverOfNode = ({ serverId, annotatedServerId }: NodeStatus): string | undefined =>
  serverId ?? annotatedServerId;

/**
 * The Nodes of this stack: those whose providerID is a server of its own, and those that carry its name. A kubelet may write
 * the annotation of its own Node, and nobody can change a providerID: that of another's server outranks the annotation.
 */
export function ownNodesOf(seen: Seen): readonly NodeStatus[] {
  const servers = new Map((seen.cloud.value?.servers ?? []).map((server) => [server.id, server]));
  return (seen.cluster.value?.nodes ?? []).filter((node) => {
    const server = node.serverId === undefined ? undefined : servers.get(node.serverId);
    return isOwner(seen, server ? server.owner : node.owner);
  });
}
