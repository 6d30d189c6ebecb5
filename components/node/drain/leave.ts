import { isCordonedBy } from "../../kubernetes/cordons.ts";
import type { NodeObject } from "../../kubernetes/types.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ownersOf, ownershipOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { Admission } from "../csr/types.ts";
import type { DrainInputs, NodeInputs } from "../operation/types.ts";
import { Drain } from "./drain.ts";
import { drainOnce } from "./once.ts";

/**
 * Takes a worker out of service whose OpenShiftNode is deleted. The membership of its pool has cordoned it before, with all
 * that leave, unless it was never recorded: it depends on the OpenShiftNode of every worker, and so of one that did not join.
 * Then this cordons the worker and leaves the drain to its NodeDrain. The engine deletes all resources of one depth before
 * those of the next, and none of the next if one fails (pulumi/pulumi 3.276, step_generator.go, ScheduleDeletes): so all
 * workers of the pool are cordoned before the first of their NodeDrains is deleted.
 *
 * The state loses the client key with the OpenShiftNode, while the server may stay: if its drain or its deletion fails. So
 * the key is noted on the Node. One that is replaced starts anew.
 *
 * @throws UserError as the drain does
 */
export async function leave(
  cluster: Cluster,
  operation: Operation,
  { clientKey, ...worker }: NodeInputs & Pick<Admission, "clientKey">,
): Promise<void> {
  // the first half of a replacement: nobody else leaves with it
  const isAlone = operation.replacement;
  const inputs = isAlone ? worker : { ...worker, clientKey };
  const mayWait = inputs.hasDrain === true && !isAlone && !cluster.cordoned.has(inputs.serverId);
  const isCordoned =
    mayWait && (await new Drain(cluster, operation, inputs).cordonIf((node) => isToBeCordoned(node, inputs)));
  if (!isCordoned) await drainOnce(cluster, operation, inputs);
}

/** Whether it is a worker of ours that no command has cordoned before. What is not ours the drain reports. Pure. */
export function isToBeCordoned(node: NodeObject, inputs: DrainInputs): boolean {
  const owners = ownersOf(inputs);
  return ownershipOf(node, inputs, owners).kind === "ours" && !isCordonedBy(node, owners);
}
