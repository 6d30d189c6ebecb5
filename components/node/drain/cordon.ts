import { ApiError, isOutdated } from "../../kubernetes/api-error.ts";
import type { NodeObject } from "../../kubernetes/types.ts";
import { reasonOf } from "../../lib/errors.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Admission } from "../csr/types.ts";
import { type Member, type Ownership, ownershipOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";

/** The result of a cordon. */
export type CordonResult = { kind: "no node" } | Ownership;

/** ms until a failed attempt is repeated when no change of the Node triggers it. */
const retryAfter = 1_000;

/**
 * Cordons a worker of ours, and leaves a Node of somebody else as it is. A Node that is removed or registered again
 * meanwhile is judged again; an API server that restarts, or whose webhooks or policies deny the cordon, is waited for.
 *
 * @param member with the client key that is to be noted on its Node, if there is one
 * @param owners this stack's name, which the cordon is annotated with, then its former names
 * @param onRefused is told each time that the API server refuses the cordon for now
 * @throws the signal's reason on abort
 */
export async function cordon(
  cluster: Cluster,
  member: Member & Pick<Admission, "clientKey">,
  owners: readonly [string, ...string[]],
  signal: AbortSignal,
  onRefused: (reason: string) => void,
): Promise<CordonResult> {
  await cluster.nodes.synced(signal);
  return until({
    signal,
    wake: [(listener) => cluster.nodes.subscribe([member.nodeName], listener)],
    every: () => retryAfter,
    test: async () => {
      const node = cluster.node(member.nodeName);
      if (!node) return { kind: "no node" };
      const found = ownershipOf(node, member, owners);
      if (found.kind !== "ours") return found;
      return (await isCordoned(cluster, node, owners[0], member.clientKey, signal, onRefused)) ? found : undefined;
    },
  });
}

/**
 * Undoes a cordon of this stack, of which a detach that was given up is left. Somebody else's stays, and the user is told:
 * the worker takes no pods.
 */
export async function uncordon(
  cluster: Cluster,
  { log }: Operation,
  nodeName: string,
  owners: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const author = await cluster.uncordon(nodeName, owners, signal);
  if (author === undefined) return;
  log.warn(
    `node ${nodeName}: it stays cordoned: ${author} cordoned it after this stack had. ` +
      `Once it may take pods again: oc adm uncordon ${nodeName}`,
  );
}

/** False when the Node has changed since it was judged, or the API server does not answer or refuses for now. */
async function isCordoned(
  cluster: Cluster,
  node: NodeObject,
  owner: string,
  clientKey: string | undefined,
  signal: AbortSignal,
  onRefused: (reason: string) => void,
): Promise<boolean> {
  try {
    await cluster.cordon(node, owner, signal, clientKey);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (isOutdated(error)) return false;
    if (!cluster.isPassing(error)) throw error;
    if (error instanceof ApiError) onRefused(reasonOf(error));
    return false;
  }
}
