import { ApiError } from "../../kubernetes/client.ts";
import type { NodeObject } from "../../kubernetes/types.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { type Member, standing, type Standing } from "../metadata/ownership.ts";

/** What became of a node that was to be cordoned. */
export type Cordoned = { whose: "nobody" } | Standing;

/** ms until an attempt is repeated that failed without an event to wait for. */
const retryAfter = 1_000;

/**
 * Keeps new pods off a worker of ours, and leaves a Node of somebody else's as it is. A Node that goes or is registered
 * anew meanwhile is judged anew; an API server that restarts is waited for.
 *
 * @param owners this stack's name first, which the cordon is marked with, then those it had before
 * @throws the signal's reason on abort
 */
export async function cordon(
  cluster: Cluster,
  member: Member,
  owners: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<Cordoned> {
  await cluster.nodes.synced(signal);
  return until({
    signal,
    wake: [(listener) => cluster.nodes.subscribe([member.nodeName], listener)],
    every: () => retryAfter,
    test: async () => {
      const node = cluster.node(member.nodeName);
      if (!node) return { whose: "nobody" };
      const found = standing(node, member, owners);
      if (found.whose !== "ours") return found;
      return (await isCordoned(cluster, node, owners[0], signal)) ? found : undefined;
    },
  });
}

/** False when the Node has changed since it was judged, or the API server does not answer. */
async function isCordoned(cluster: Cluster, node: NodeObject, owner: string, signal: AbortSignal): Promise<boolean> {
  try {
    await cluster.cordon(node, owner, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const changed = error instanceof ApiError && (error.status === 404 || error.status === 409);
    if (!changed && !cluster.isPassing(error)) throw error;
    return false;
  }
}
