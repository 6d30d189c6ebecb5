import { z } from "zod";
import { listOf, seconds, storedSeconds, text, unknownOr } from "./fields.ts";

const member = z.looseObject({ nodeName: z.string(), serverId: z.string() }).meta({ id: "Member" });

/** The inputs of a PoolMembership. */
export const membershipInputs = z.object({
  /** Name of the pool. Changing it replaces the membership, nothing else does. */
  pool: text,
  /** Whose workers they are: `<organization>/<project>/<stack>`. */
  owner: text,
  /**
   * The workers, from the outputs of their OpenShiftNodes: that is what has the engine update or delete the membership
   * before it detaches any of them. Example `[{ nodeName: node.nodeName, serverId: node.serverId }]`.
   */
  members: listOf(unknownOr(member, "must be a member: nodeName and serverId"), 0),
  /** Seconds within which everything that leaves must be cordoned. */
  cordonTimeout: seconds,
  /** Path of the pool in the stack's config, e.g. `pools[metal]`: errors name `<configPath>.drain.timeout`. */
  configPath: text,
});

/** The same inputs as a state or a passed Check holds them: no limit keeps a pool of an earlier release from being detached. */
export const storedMembershipInputs = membershipInputs.extend({ cordonTimeout: storedSeconds });
