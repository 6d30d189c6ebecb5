import * as pulumi from "@pulumi/pulumi";

export interface NodeClaimArgs {
  /** Name of the worker: of its Node and of its server. Changing it replaces the claim. */
  nodeName: pulumi.Input<string>;
  /** Whose worker it is: `<organization>/<project>/<stack>`. */
  owner: pulumi.Input<string>;
  /** Seconds within which the Node must be gone once it is removed. Default 300. */
  removeTimeout?: pulumi.Input<number>;
  /** Where that bound stands in the stack's config, as `pools[metal]`: errors name `<configPath>.timeouts.nodeRemoval`. */
  configPath?: pulumi.Input<string>;
}

/**
 * The name of a worker in the cluster. It comes before the worker's ports and server, and refuses a name that a Node
 * has; it is deleted after them, and then removes the Node: a kubelet that still runs could register it again.
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
