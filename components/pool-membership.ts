import * as pulumi from "@pulumi/pulumi";

export interface PoolMembershipArgs {
  /** Name of the pool. Changing it replaces the membership, nothing else does. */
  pool: pulumi.Input<string>;
  /** Whose workers they are: `<organization>/<project>/<stack>`. */
  owner: pulumi.Input<string>;
  /**
   * The workers, from the outputs of their OpenShiftNodes: that is what has the engine update or delete the membership
   * before it detaches any of them. Example `[{ nodeName: node.nodeName, serverId: node.serverId }]`.
   */
  members: pulumi.Input<pulumi.Input<{ nodeName: pulumi.Input<string>; serverId: pulumi.Input<string> }>[]>;
  /** Seconds within which everything that leaves must be cordoned. */
  cordonTimeout: pulumi.Input<number>;
  /** Where the pool stands in the stack's config, as `pools[metal]`: errors name `<configPath>.drain.timeout`. */
  configPath: pulumi.Input<string>;
}

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
