import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { claimInputs } from "./node/schemas/node-claim.ts";

/** What each argument means: components/node/schemas/node-claim.ts. */
export type NodeClaimArgs = ArgsOf<z.input<typeof claimInputs>>;

/**
 * The name of a worker in the cluster. It comes before the worker's ports and server, and refuses a name that a Node
 * has; it is deleted after them, and then removes what an interrupted command has left of the worker in the cloud, and the
 * Node: a kubelet that still runs could register it again.
 *
 * The name of a worker that somebody attached by hand is imported: `pulumi import openshift-node:index:NodeClaim <name>
 * <node>`.
 */
export class NodeClaim extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly owner: pulumi.Output<string>;
  declare readonly removeTimeout: pulumi.Output<number>;

  constructor(name: string, args: NodeClaimArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:NodeClaim", name, { ...args }, { deleteBeforeReplace: true, ...opts });
  }
}
