import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { trunkClaimInputs } from "./node/schemas/trunk-claim.ts";

/** What each argument means: components/node/schemas/trunk-claim.ts. */
export type TrunkClaimArgs = ArgsOf<z.input<typeof trunkClaimInputs>>;

/**
 * The trunk on a worker's port. It comes between the ports and the trunk, and when it is deleted removes one that an
 * interrupted command has left, of which no state knows: the ports could not be deleted.
 */
export class TrunkClaim extends pulumi.CustomResource {
  declare readonly port: pulumi.Output<string>;

  constructor(name: string, args: TrunkClaimArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:TrunkClaim", name, { ...args }, opts);
  }
}
