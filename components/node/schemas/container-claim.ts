import { z } from "zod";
import { defaultTimeouts, secondsOf } from "../../lifecycle/defaults.ts";
import { listOf, seconds, text } from "./fields.ts";

/** The inputs of a ContainerClaim. */
export const containerClaimInputs = z.object({
  /** Name of the container in the object store. Changing it replaces the claim. */
  container: text,
  /** Whose container it is: `<organization>/<project>/<stack>`. */
  owner: text,
  /** What `owner` was before: a container that still names one of them is the pool's. Default none. */
  formerOwners: listOf(text, 1).optional(),
  /** Seconds within which a container that an interrupted command has left must be gone. Default 300. */
  removeTimeout: seconds.default(secondsOf(defaultTimeouts.nodeRemoval)),
  /** Path of the pool in the stack's config, e.g. `pools[metal]`: errors name `<configPath>.timeouts.nodeRemoval`. */
  configPath: text,
});
