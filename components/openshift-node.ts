import * as pulumi from "@pulumi/pulumi";
import type { TimelineEntry } from "./node/operation/phases.ts";
import type { Taint } from "./node/operation/types.ts";

export interface OpenShiftNodeArgs {
  /** Name of the Node and of its server. Changing it replaces the node. */
  nodeName: pulumi.Input<string>;
  /** Whose worker it is: `<organization>/<project>/<stack>`. */
  owner: pulumi.Input<string>;
  /** Id of the Nova server. Another server is another node: this one is drained and replaced. */
  serverId: pulumi.Input<string>;
  /** When Nova made the server, RFC 3339: certificate requests from before are not its own. */
  serverCreated: pulumi.Input<string>;
  /** Power state of the server; anything but `active` is refused. */
  powerState: pulumi.Input<string>;
  /** Fixed IPs of the server's ports: the addresses that the Node may have. */
  fixedIps: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Bounds of the worker's phases. Those of the server and of the claim are here to be named: the engine holds them as
   * customTimeouts, whose change no preview shows.
   */
  timeouts?: pulumi.Input<{
    /** Seconds that Nova gets to build the server: its customTimeouts.create. Default 6000. */
    provision?: pulumi.Input<number>;
    /** Seconds from an active server to its first certificate request: firmware, Ignition, kubelet. Default 3600. */
    boot?: pulumi.Input<number>;
    /** Seconds from the approved client request to the approved serving request. Default 600. */
    servingCsr?: pulumi.Input<number>;
    /** Seconds from there to a Ready node. Default 600. */
    ready?: pulumi.Input<number>;
    /** Seconds for the node's and, again, for the server's deletion: their customTimeouts.delete. Default 3600. */
    delete?: pulumi.Input<number>;
    /** Seconds from the server's end until the Node is gone: removeTimeout of its claim. Default 300. */
    nodeRemoval?: pulumi.Input<number>;
  }>;
  drain?: pulumi.Input<{
    /** Seconds for cordon, evictions and the detaching of volumes together. Default 1800. */
    timeout?: pulumi.Input<number>;
    /** Seconds that each pod gets to end; -1: its own grace period. Default -1. */
    gracePeriod?: pulumi.Input<number>;
    /** Evict pods whose emptyDir data is lost by it. Default true, as OpenShift's machine controller does. */
    deleteEmptyDirData?: pulumi.Input<boolean>;
    /** Evict pods that no controller brings back. Default true, as OpenShift's machine controller does. */
    force?: pulumi.Input<boolean>;
    /** Delete pods instead of evicting them: disruption budgets do not hold. Default false. */
    disableEviction?: pulumi.Input<boolean>;
    /** When the time is over: `fail` keeps the server, `force` deletes the pods that are left and goes on. Default `fail`. */
    onTimeout?: pulumi.Input<"fail" | "force">;
  }>;
  /**
   * Labels of the Node, besides those that others set: removed from here, they are removed from the Node. Reserved are
   * the keys of Kubernetes and OpenShift, but for `node-role.kubernetes.io/<role>` (value empty, no control plane) and
   * `node-restriction.kubernetes.io/`. Default none. Example `{ "node-role.kubernetes.io/infra": "" }`.
   */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Taints of the Node, besides those that others set, each key and effect once. One that somebody else has set with
   * another value is refused. Default none. Example `[{ key: "dedicated", value: "gpu", effect: "NoSchedule" }]`.
   */
  taints?: pulumi.Input<pulumi.Input<Taint>[]>;
  /** What the server was made from, hexadecimal: an annotation of the Node. */
  specHash?: pulumi.Input<string>;
  /** Where the bounds stand in the stack's config, as `pools[metal]`: errors name `<configPath>.timeouts.boot`. */
  configPath: pulumi.Input<string>;
  /** URN of the server, for the command that an error tells to type. */
  serverUrn?: pulumi.Input<string>;
}

/**
 * A server's membership in the cluster. Creating it approves the server's two certificate requests and waits until the
 * Node is Ready; deleting it cordons and drains the Node while the server still runs, and leaves the Node to its claim.
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

  constructor(name: string, args: OpenShiftNodeArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      nodeUid: undefined,
      providerId: undefined,
      internalIp: undefined,
      state: undefined,
      timeline: undefined,
    };
    super("openshift-node:index:OpenShiftNode", name, { ...args, ...outputs }, { deleteBeforeReplace: true, ...opts });
  }
}
