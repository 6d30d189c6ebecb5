import { z } from "zod";
import { defaultTimeouts, secondsOf } from "../../lifecycle/defaults.ts";
import { listOf, seconds, text } from "./fields.ts";

/** The inputs of a TrunkClaim. */
export const trunkClaimInputs = z.object({
  /** Name of the port that the trunk is on. Changing it replaces the claim. */
  port: text,
  /** Whose port it is: `<organization>/<project>/<stack>`. */
  owner: text,
  /** What `owner` was before: a port that still names one of them is the stack's. Default none. */
  formerOwners: listOf(text, 1).optional(),
  /** Seconds within which a trunk that an interrupted command has left must be gone. Default 300. */
  removeTimeout: seconds.default(secondsOf(defaultTimeouts.nodeRemoval)),
  /** Path of the pool in the stack's config, e.g. `pools[metal]`: errors name `<configPath>.timeouts.nodeRemoval`. */
  configPath: text,
});
