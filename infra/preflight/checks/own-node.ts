import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "../changes/plan.ts";
import { leavingNodes } from "./local-volumes.ts";

/** Environment variable with the name of the Node of the program's own pod, by the downward API (examples/operator). */
export const ownNodeVariable = "OPENSTACK_BAREMETAL_COMPUTE_NODE";

/**
 * Whether the update would drain the Node that this program runs on: its own pod would be evicted in the middle of it, with the
 * Node cordoned, and an operator would start it again elsewhere, or not at all.
 */
export function ownNodeDiagnostics(
  { ownNode, cluster }: Pick<PreflightFacts, "ownNode" | "cluster">,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  if (!leavingNodes(changes, cluster).some(({ name }) => name === ownNode)) return [];
  return [
    diagnosticOf("own-node")({
      path: "pools",
      problem: `this program runs in a pod on ${ownNode}, which this update would drain`,
      expected: `a pod on a node that no stack of this program has (${ownNodeVariable} names the Node of the pod)`,
      remedy:
        "schedule the pod to the control plane by node affinity and tolerations, as examples/operator/stack.yaml does; or run `pulumi up` outside of the cluster",
    }),
  ];
}
