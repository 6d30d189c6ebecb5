import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { TimelineEntry } from "./node/operation/phases.ts";
import type { nodeInputs } from "./node/schemas/openshift-node.ts";

/** What each argument means: components/node/schemas/openshift-node.ts. */
export type OpenShiftNodeArgs = ArgsOf<z.input<typeof nodeInputs>>;

/**
 * A server's membership in the cluster. Creating it approves the server's two certificate requests and waits until the
 * Node is Ready; deleting it cordons and drains the Node while the server still runs, and leaves the Node to its claim. Where
 * no membership has cordoned the workers that leave with it, it cordons its Node and leaves the drain to the NodeDrain.
 *
 * A worker that somebody attached by hand is imported by the name of its Node, and keeps running as it is:
 * `pulumi import openshift-node:index:OpenShiftNode <name> <node>`. Until it is updated for a reason of its own, only
 * its name, its server, its addresses and the labels and taints that are asked for are compared with the cluster.
 */
export class OpenShiftNode extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly serverId: pulumi.Output<string>;
  declare readonly nodeUid: pulumi.Output<string>;
  declare readonly providerId: pulumi.Output<string>;
  declare readonly internalIp: pulumi.Output<string>;
  /** `Ready`; after a refresh also `NotReady`, or `Missing` when the server's Node is gone */
  declare readonly state: pulumi.Output<string>;
  /** The phases of the join and the seconds that each took. */
  declare readonly timeline: pulumi.Output<TimelineEntry[]>;
  /** The client key that was approved for the server, `SHA256:...`: it gets no other one unless `readmit` says so. */
  declare readonly clientKey: pulumi.Output<string | undefined>;

  constructor(name: string, args: OpenShiftNodeArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      nodeUid: undefined,
      providerId: undefined,
      internalIp: undefined,
      state: undefined,
      timeline: undefined,
      clientKey: undefined,
    };
    super("openshift-node:index:OpenShiftNode", name, { ...args, ...outputs }, { deleteBeforeReplace: true, ...opts });
  }
}
