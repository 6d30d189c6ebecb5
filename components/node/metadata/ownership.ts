import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { serverIdOf } from "../csr/names.ts";

/** Who belongs to a pool, and who leaves it. Pure. */

/** A worker as its pool knows it. */
export interface Member {
  nodeName: string;
  serverId: string;
}

/**
 * The members that are no longer wanted. One whose server was replaced stays: its former node is gone by now, and the
 * Node of that name is the new server's.
 */
export function leaving(before: readonly Member[], after: readonly Member[]): Member[] {
  const wanted = new Set(after.map((it) => it.nodeName));
  return before.filter((it) => !wanted.has(it.nodeName));
}

/** Whose worker a Node is, for those that are about to cordon it. */
export type Standing =
  | { whose: "ours" }
  /** a server of the same name that is not this one */
  | { whose: "another server"; server: string }
  | { whose: "another owner"; owner: string };

/**
 * What a Node says of itself: its providerID (cloud controller), else our annotation. One that says neither has been
 * joined by this stack, or it would not be known here.
 *
 * @param owners this stack's name, and the ones it had before
 */
export function standing(node: NodeObject, member: Member, owners: readonly string[]): Standing {
  const marks = node.metadata.annotations ?? {};
  const server = serverIdOf(node.spec.providerID) ?? marks[annotations.serverId];
  if (server !== undefined && server !== member.serverId) return { whose: "another server", server };
  const owner = marks[annotations.owner];
  if (owner !== undefined && !owners.includes(owner)) return { whose: "another owner", owner };
  return { whose: "ours" };
}
