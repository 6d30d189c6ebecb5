import { humanDuration, secondsSince } from "../../../components/lib/duration.ts";
import type { PoolConfig } from "../../config/load.ts";
import type { ExistingServer, NodeFacts } from "../../discovery/facts.ts";
import { allowedNotReady, notReadyFor } from "../not-ready.ts";

/**
 * Whether a worker of pools[].repair is replaced in this update. Pure.
 *
 * A command that was interrupted leaves the new server without a Ready Node, or beside the Node of the former one. So a server
 * is replaced if it has joined, as the state says of it by its id: then it is no new one. One that has not joined is replaced
 * when it is older than all phases of a join together; until then the update goes on with it.
 */
export type Repair =
  /** it is not listed, or something else decides */
  | { readonly verdict: "none" }
  | { readonly verdict: "replace"; readonly reason: string }
  /** it is listed, and stays, because …; needless: it has what was asked for */
  | { readonly verdict: "stays"; readonly reason: string; readonly isNeedless?: true };

/** A worker and its only server, which the state has. */
export interface RepairCandidate {
  readonly isListed: boolean;
  readonly server: Pick<ExistingServer, "id" | "failure" | "progress" | "created">;
  /** whether the config asks for another server anyway */
  readonly isEdited: boolean;
  /** the state says that the Node of this server has been Ready */
  readonly hasJoined: boolean;
  /** the Node of the worker's name; undefined: the cluster has none */
  readonly node: Pick<NodeFacts, "serverId" | "serving" | "ready" | "since" | "created" | "updating"> | undefined;
  readonly pool: Pick<PoolConfig, "health" | "timeouts">;
  /** ms since the epoch; undefined: not known, and nothing is too old */
  readonly now: number | undefined;
}

const stays = (reason: string) => ({ verdict: "stays", reason }) as const;

export function repair(candidate: RepairCandidate): Repair {
  const { isListed, isEdited, server, hasJoined, node, now } = candidate;
  if (!isListed || isEdited) return { verdict: "none" };
  if (node && (node.serving || node.ready === "True")) return { ...stays("its Node is Ready"), isNeedless: true };
  if (server.progress !== undefined) return stays(`its server is ${server.progress}`);
  const own = nodeOfServer(candidate);
  // pools[].provision.attempts decides
  if (server.failure !== undefined && !hasJoined && !own) return { verdict: "none" };
  if (own && isRebooted(own, candidate)) return stays("the machine-config operator updates it");
  const joining = hasJoined ? undefined : joiningText(candidate);
  if (joining !== undefined) return stays(joining);
  if (!own) return { verdict: "replace", reason: hasJoined ? "its Node is gone" : "it has not joined" };
  const elapsed = now === undefined ? undefined : notReadyFor(own, now);
  const since = elapsed === undefined ? "is not Ready" : `has not been Ready for ${humanDuration(elapsed)}`;
  return { verdict: "replace", reason: `its Node ${since}` };
}

/** The Node, unless it is that of another server: of the former one, which a replacement has deleted. */
export function nodeOfServer<N extends Pick<NodeFacts, "serverId">>({
  node,
  server,
}: {
  readonly node: N | undefined;
  readonly server: Pick<ExistingServer, "id">;
}): N | undefined {
  return node?.serverId === undefined || node.serverId === server.id ? node : undefined;
}

function isRebooted(node: NonNullable<RepairCandidate["node"]>, { pool, now }: RepairCandidate): boolean {
  const elapsed = now === undefined ? undefined : notReadyFor(node, now);
  return node.updating && (elapsed === undefined || elapsed < allowedNotReady(node, pool));
}

/** Seconds from the request for a server until its Node is Ready, at most. */
export const joinBound = ({ timeouts }: Pick<PoolConfig, "timeouts">): number =>
  timeouts.provision + timeouts.boot + timeouts.servingCsr + timeouts.ready;

/** What a server that has not joined is given time for; undefined: it has had it. */
function joiningText({ server, pool, now }: RepairCandidate): string | undefined {
  const age = server.created === undefined || now === undefined ? NaN : secondsSince(server.created, now);
  const bound = joinBound(pool);
  if (age >= bound) return undefined;
  const known = Number.isNaN(age) ? "" : ` for ${humanDuration(age)}`;
  return `its server has been joining${known}: it is replaced if it has not joined within ${humanDuration(bound)}`;
}
