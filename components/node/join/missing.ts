import type { EventObject, NodeObject } from "../../kubernetes/types.ts";
import { seconds } from "../../lib/duration.ts";
import { defaultTimeouts, secondsOf } from "../../lifecycle/defaults.ts";
import { lastEvents } from "../cluster/events.ts";
import { isClientOf } from "../csr/judge.ts";
import { type Csr } from "../csr/types.ts";
import { type NodeInputs, serverUrnOf } from "../operation/types.ts";

/**
 * A server whose Node is not there. A kubelet registers once, when it starts (kubernetes, kubelet_node_status.go,
 * registerWithAPIServer): a Node that was deleted does not come back by itself, and waiting for it is in vain.
 */

/** Nova may build a machine for this long before it boots, in seconds: the default bound of a pool's provision. */
const longestBuild = secondsOf(defaultTimeouts.provision);

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

/** Events of the node controller about a Node that it knew (kubernetes, node_lifecycle_controller.go). */
const lifeSigns = new Set(["RegisteredNode", "RemovingNode"]);

/**
 * A worker that is to join for the first time, but whose server is older than a boot takes, and of which nothing is
 * heard now. Approved requests are kept for an hour, so that a Node which was there a moment ago is not forgotten.
 *
 * @param node of the worker's name, undefined when there is none
 * @param now ms since the epoch
 */
export function isSilent(
  worker: NodeInputs,
  node: NodeObject | undefined,
  requests: readonly Csr[],
  now: number,
): boolean {
  return !node && ageOf(worker, now) >= worker.timeouts.boot && !requests.some((csr) => isClientOf(csr, worker));
}

/**
 * What is odd about a silent worker: an event tells that its Node was there, or its server is older than Nova may take.
 * The cluster keeps no other record of a Node that was deleted, so it is a remark, not a refusal: a machine that hangs in
 * its first boot looks the same, and may come once the cause is gone.
 *
 * @param events about the Nodes of its name
 */
export function silentReason(worker: NodeInputs, events: readonly EventObject[], now: number): string | undefined {
  const since = Date.parse(worker.serverCreated);
  const signs = events.filter((event) => lifeSigns.has(event.reason ?? ""));
  const [last] = lastEvents(signs, since, now).slice(-1);
  if (last === undefined && ageOf(worker, now) < longestBuild + worker.timeouts.boot) return undefined;
  const made = `server ${worker.serverId} was made ${seconds(ageOf(worker, now))} ago`;
  return (
    `${made}, and there is neither a Node nor a certificate request of it${last === undefined ? "" : ` (${last})`}. ` +
    `If it had joined before, somebody deleted its Node, and it does not come back by itself: ${remedy(worker)}`
  );
}

/** Seconds. */
function ageOf(worker: NodeInputs, now: number): number {
  return (now - Date.parse(worker.serverCreated)) / 1000;
}
