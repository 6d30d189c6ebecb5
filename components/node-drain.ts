import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { drainInputs } from "./node/schemas/node-drain.ts";

/** What each argument means: components/node/schemas/openshift-node.ts. */
export type NodeDrainArgs = ArgsOf<z.input<typeof drainInputs>>;

/**
 * The drain of a worker. Creating it changes nothing and asks nobody: it is in the state before the worker's
 * OpenShiftNode begins to join it, and whatever becomes of that join. Deleting it cordons and drains the Node while the
 * server still runs, if the deletion of the OpenShiftNode has not done so before.
 *
 * The drain of a worker that somebody attached by hand is imported: `pulumi import openshift-node:index:NodeDrain <name>
 * <node>`.
 */
export class NodeDrain extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly serverId: pulumi.Output<string>;

  constructor(name: string, args: NodeDrainArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:NodeDrain", name, { ...args }, { deleteBeforeReplace: true, ...opts });
  }
}
