import type { EventObject, NodeObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";
import { defaultTimeouts, secondsOf } from "../../lifecycle/defaults.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { lastEvents } from "../cluster/events.ts";
import { readEvents } from "../cluster/reading.ts";
import { isClientOf } from "../csr/judge.ts";
import { keyOf, mayHaveKey } from "../csr/keys.ts";
import { type Admission, type Csr } from "../csr/types.ts";
import type { Operation } from "../operation/phases.ts";
import { type NodeInputs, serverUrnOf } from "../operation/types.ts";
import { readmitAdvice } from "./readmission.ts";

/**
 * A server whose Node does not exist. A kubelet registers once, when it starts (kubernetes, kubelet_node_status.go,
 * registerWithAPIServer): a deleted Node does not come back by itself, and waiting for it is useless.
 */

/** Nova may build a machine for this long before it boots, in seconds: the default timeout of a pool's provision. */
const longestBuild = secondsOf(defaultTimeouts.provision);

/** What to do, as part of a sentence. */
const remedy = (worker: NodeInputs) =>
  "restart the kubelet on the server (systemctl restart kubelet) and run `pulumi up` again, " +
  `or replace the server: pulumi up --replace '${serverUrnOf(worker)}'`;

/** Why waiting for a worker that had joined is useless; undefined if its kubelet requests to join again. */
export function missingReason(
  worker: NodeInputs,
  requests: readonly Csr[],
  admission: Admission = {},
): string | undefined {
  const asking = requests.filter((csr) => csr.state === "pending" && isClientOf(csr, worker));
  if (asking.some((csr) => mayHaveKey(csr, admission))) return undefined;
  const { nodeName, serverId } = worker;
  const cause = `its Node is gone although its server ${serverId} had joined: somebody deleted it`;
  const others = asking.map((csr) => {
    const keys = `${String(keyOf(csr))} instead of ${String(admission.clientKey)}`;
    return `\nRequest ${csr.name} has another key than the one approved for this server: ${keys}. ${readmitAdvice(worker, csr)}`;
  });
  return `node ${nodeName}: ${cause}. To repair it, ${remedy(worker)}${others.join("")}`;
}

/** Events of the node controller about a Node that it knew (kubernetes, node_lifecycle_controller.go). */
const nodeExisted = new Set(["RegisteredNode", "RemovingNode"]);

/**
 * Whether a worker that is to join for the first time has neither a Node nor a certificate request, although its server is
 * older than a boot takes. Approved requests are kept for an hour, so a Node that has just been deleted still has one.
 *
 * @param node of the worker's name, undefined when there is none
 * @param now ms since the epoch
 */
export function isMissing(
  worker: NodeInputs,
  node: NodeObject | undefined,
  requests: readonly Csr[],
  now: number,
): boolean {
  return !node && ageOf(worker, now) >= worker.timeouts.boot && !requests.some((csr) => isClientOf(csr, worker));
}

/**
 * Why a missing worker may have lost its Node: an event shows that the Node existed, or the server is older than Nova may
 * take to build it. The cluster keeps no other record of a deleted Node, so this is a warning: a machine that hangs in its
 * first boot looks the same, and may still join.
 *
 * @param events about the Nodes of its name
 */
export function missingWarning(worker: NodeInputs, events: readonly EventObject[], now: number): string | undefined {
  const since = Date.parse(worker.serverCreated);
  const relevant = events.filter((event) => nodeExisted.has(event.reason ?? ""));
  const [last] = lastEvents(relevant, since, now).slice(-1);
  if (last === undefined && ageOf(worker, now) < longestBuild + worker.timeouts.boot) return undefined;
  const created = `server ${worker.serverId} was created ${humanDuration(ageOf(worker, now))} ago`;
  return (
    `${created}, and there is neither a Node nor a certificate request for it${last === undefined ? "" : ` (${last})`}. ` +
    `If it had joined before, somebody deleted its Node, which does not come back by itself: ${remedy(worker)}`
  );
}

/** Warns of a worker that may have lost its Node, before its join waits for one. */
export async function warnIfMissing(
  cluster: Cluster,
  operation: Operation,
  worker: NodeInputs,
  requests: readonly Csr[],
): Promise<void> {
  if (!isMissing(worker, cluster.node(worker.nodeName), requests, Date.now())) return;
  const events = await readEvents(cluster, operation, worker.nodeName);
  const reason = missingWarning(worker, events instanceof Error ? [] : events, Date.now());
  if (reason !== undefined) operation.log.warn(reason);
}

/** Seconds. */
function ageOf(worker: NodeInputs, now: number): number {
  return (now - Date.parse(worker.serverCreated)) / 1000;
}
