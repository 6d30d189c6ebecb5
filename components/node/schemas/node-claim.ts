import { z } from "zod";
import { defaultTimeouts, secondsOf } from "../../lifecycle/defaults.ts";
import { listOf, nodeName, seconds, storedSeconds, text, unknownOr } from "./fields.ts";
import { drain, storedDrain } from "./openshift-node.ts";

/** The inputs of a NodeClaim. */
export const claimInputs = z.object({
  /** Name of the worker: of its Node and of its server. Changing it replaces the claim. */
  nodeName,
  /** Whose worker it is: `<organization>/<project>/<stack>`. */
  owner: text,
  /** What `owner` was before: a Node that still names one of them is the worker's. Default none. */
  formerOwners: listOf(text, 1).optional(),
  /** Id of a server that names no owner, and becomes the worker's: a Node on it does not take the name. Default none. */
  adopts: text.optional(),
  /** Seconds within which the Node must be gone after its removal. Default 300. */
  removeTimeout: seconds.default(secondsOf(defaultTimeouts.nodeRemoval)),
  /** Seconds within which a server that an interrupted command has left must be gone after its deletion. Default 3600. */
  deleteTimeout: seconds.default(secondsOf(defaultTimeouts.delete)),
  /** How the Node of such a server is drained before that. */
  drain: unknownOr(drain).prefault({}),
  /** Path of the pool in the stack's config, e.g. `pools[metal]`: errors name `<configPath>.timeouts.nodeRemoval`. */
  configPath: text.optional(),
});

/** The same inputs as a state or a passed Check holds them: no limit keeps a worker of an earlier release from being detached. */
export const storedClaimInputs = claimInputs.extend({
  removeTimeout: storedSeconds.default(secondsOf(defaultTimeouts.nodeRemoval)),
  deleteTimeout: storedSeconds.default(secondsOf(defaultTimeouts.delete)),
  drain: storedDrain,
});
