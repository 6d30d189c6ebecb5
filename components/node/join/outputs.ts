import type { NodeObject } from "../../kubernetes/types.ts";
import { addressesOf } from "../cluster/readiness.ts";
import type { NodeOutputs } from "../operation/types.ts";

/** What the state tells of a Node. */
export function outputsOf(
  node: NodeObject,
  state: NodeOutputs["state"],
  timeline: NodeOutputs["timeline"],
): NodeOutputs {
  return {
    nodeUid: node.metadata.uid,
    providerId: node.spec.providerID ?? "",
    internalIp: addressesOf(node, "InternalIP")[0] ?? "",
    state,
    timeline,
  };
}
