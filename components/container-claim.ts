import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { containerClaimInputs } from "./node/schemas/container-claim.ts";

/** What each argument means: components/node/schemas/container-claim.ts. */
export type ContainerClaimArgs = ArgsOf<z.input<typeof containerClaimInputs>>;

/**
 * The name of a pool's container in the object store. It comes before the container and is deleted after it, and then
 * removes one that an interrupted command has left, of which no state knows.
 */
export class ContainerClaim extends pulumi.CustomResource {
  declare readonly container: pulumi.Output<string>;

  constructor(name: string, args: ContainerClaimArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:ContainerClaim", name, { ...args }, opts);
  }
}
