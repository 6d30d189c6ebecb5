import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { membershipInputs } from "./node/schemas/pool-membership.ts";

/** What each argument means: components/node/schemas/pool-membership.ts. */
export type PoolMembershipArgs = ArgsOf<z.input<typeof membershipInputs>>;

/**
 * Who belongs to a pool. An update cordons the members that are no longer in it, deleting it cordons all, each before
 * any of them is drained: evicted pods do not land on a node that is the next to leave. Creating it changes nothing. A
 * node that could not be cordoned is named in the error, and nothing is detached.
 *
 * The next `pulumi up` uncordons a node that is still wanted, or wanted again.
 */
export class PoolMembership extends pulumi.CustomResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly members: pulumi.Output<{ nodeName: string; serverId: string }[]>;

  constructor(name: string, args: PoolMembershipArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:PoolMembership", name, { ...args }, opts);
  }
}
