import { nodeInputs } from "./openshift-node.ts";

/** The inputs of a NodeDrain: those of the worker's OpenShiftNode that a drain needs. */
export const drainInputs = nodeInputs.pick({
  nodeName: true,
  owner: true,
  formerOwners: true,
  serverId: true,
  drain: true,
  configPath: true,
});
