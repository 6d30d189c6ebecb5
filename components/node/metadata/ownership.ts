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

/** This stack's name, then its former ones: it may have had one of these when it annotated or cordoned a Node. */
export const ownersOf = (worker: {
  owner: string;
  formerOwners?: readonly string[] | undefined;
}): [string, ...string[]] => [worker.owner, ...(worker.formerOwners ?? [])];

/** Whom a Node belongs to, for a drain or a membership that is about to cordon it. */
export type Ownership =
  | { kind: "ours" }
  /** a server of the same name that is not this one */
  | { kind: "another server"; server: string }
  | { kind: "another owner"; owner: string };

/**
 * Judges by the providerID alone once the cloud controller has set it: nobody can change it any more (kubernetes,
 * pkg/apis/core/validation/validation.go, ValidateNodeUpdate), while a kubelet may write every annotation of its own Node.
 * Until then by our annotations. A Node with neither was joined by this stack: otherwise the stack would not know it.
 *
 * @param owners this stack's name, and the ones it had before
 */
export function ownershipOf(node: NodeObject, member: Member, owners: readonly string[]): Ownership {
  const { providerID } = node.spec;
  if (providerID !== undefined) {
    const server = serverIdOf(providerID) ?? providerID;
    return server === member.serverId ? { kind: "ours" } : { kind: "another server", server };
  }
  const notes = node.metadata.annotations ?? {};
  const server = notes[annotations.serverId];
  if (server !== undefined && server !== member.serverId) return { kind: "another server", server };
  const owner = notes[annotations.owner];
  if (owner !== undefined && !owners.includes(owner)) return { kind: "another owner", owner };
  return { kind: "ours" };
}
