import type { NodeObject } from "../../kubernetes/types.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ownersOf, ownershipOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { DrainInputs } from "../operation/types.ts";
import { Drain } from "./drain.ts";

/**
 * Whether a Node is as its drain has left it: gone, of another server, or still cordoned. One that was uncordoned or
 * registered again meanwhile takes pods. Pure.
 */
export function isStillDrained(node: NodeObject | undefined, inputs: DrainInputs): boolean {
  if (node === undefined || node.spec.unschedulable === true) return true;
  return ownershipOf(node, inputs, ownersOf(inputs)).kind === "another server";
}

/**
 * Drains a worker. Its NodeDrain and its OpenShiftNode both do so when they are deleted: one of them is in the state at
 * any time at which the Node may have pods. The second of them finds the work of the first, and repeats neither its
 * warnings nor its wait for pods that a kubelet does not end or that `onTimeout: force` gave up.
 *
 * @throws UserError when the node could not be drained in time or under its policy; it stays cordoned
 */
export async function drainOnce(cluster: Cluster, operation: Operation, inputs: DrainInputs): Promise<void> {
  if (cluster.drained.has(inputs.serverId) && isStillDrained(cluster.node(inputs.nodeName), inputs)) return;
  await new Drain(cluster, operation, inputs).run();
  cluster.drained.add(inputs.serverId);
}
