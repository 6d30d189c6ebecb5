import { isClientOf, type Csr } from "./csr.ts";
import { seconds } from "./errors.ts";
import type { NodeObject } from "./objects.ts";
import { serverUrnOf, type NodeInputs } from "./types.ts";

/**
 * A server whose Node is not there. A kubelet registers once, when it starts (kubernetes, kubelet_node_status.go,
 * registerWithAPIServer): a Node that was deleted does not come back by itself, and waiting for it is in vain.
 */

/** Nova may build a machine for this long before it boots, in seconds: the default bound of a pool's provision. */
const longestBuild = 6000;

/** What helps, as a part of a sentence. */
const remedy = (worker: NodeInputs) =>
  "restart the kubelet there (systemctl restart kubelet) and run `pulumi up` again, " +
  `or have the server replaced: pulumi up --replace '${serverUrnOf(worker)}'`;

/** Why a worker that had joined cannot be waited for; undefined when its kubelet asks to join again. */
export function missingReason(worker: NodeInputs, requests: readonly Csr[]): string | undefined {
  if (requests.some((csr) => csr.state === "pending" && isClientOf(csr, worker))) return undefined;
  const { nodeName, serverId } = worker;
  const cause = `its Node is gone, though its server ${serverId} was joined: somebody deleted it`;
  return `node ${nodeName}: ${cause}. To repair it, ${remedy(worker)}`;
}

/**
 * What is odd about a worker that is to join for the first time: its server is old, but nothing was ever heard of it.
 * The cluster keeps no record of a Node that was deleted, so it is a remark, not a refusal: a machine that hangs in its
 * first boot looks the same, and may come once the cause is gone.
 *
 * @param node of the worker's name, undefined when there is none
 * @param now ms since the epoch
 */
export function silentReason(
  worker: NodeInputs,
  node: NodeObject | undefined,
  requests: readonly Csr[],
  now: number,
): string | undefined {
  const age = (now - Date.parse(worker.serverCreated)) / 1000;
  if (node || age < longestBuild + worker.timeouts.boot) return undefined;
  if (requests.some((csr) => isClientOf(csr, worker))) return undefined;
  return (
    `server ${worker.serverId} was made ${seconds(age)} ago, and there is neither a Node nor a certificate request of it. ` +
    `If it had joined before, somebody deleted its Node, and it does not come back by itself: ${remedy(worker)}`
  );
}
