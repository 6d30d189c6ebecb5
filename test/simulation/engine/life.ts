import { StackCloud } from "../../../components/node/leftovers/stack-cloud.ts";
import { nodeClaim } from "../../../components/node/resources/node-claim.ts";
import { nodeDrain } from "../../../components/node/resources/node-drain.ts";
import { openShiftNode } from "../../../components/node/resources/openshift-node.ts";
import { poolMembership } from "../../../components/node/resources/pool-membership.ts";
import type { Resource } from "../../../components/node/resources/resource.ts";
import type { PluginProcess } from "../run/plugin-process.ts";
import { OpenStackProvider } from "./openstack-provider.ts";

export type PluginResource = "NodeClaim" | "NodeDrain" | "OpenShiftNode" | "PoolMembership";

/** What runs during one command: the plugin's process, and the OpenStack provider's. Both end with it. */
export class Life {
  readonly process: PluginProcess;
  readonly openStack: OpenStackProvider;
  readonly resources: Readonly<Record<PluginResource, Resource>>;

  /** @param hasCloud false: the plugin has none to look for what is left over */
  constructor(process: PluginProcess, hasCloud = true) {
    this.process = process;
    this.openStack = new OpenStackProvider(process.name);
    const cluster = () => Promise.resolve(process.cluster);
    const cloud = hasCloud ? new StackCloud(process.name) : undefined;
    this.resources = {
      NodeClaim: nodeClaim(cluster, () => cloud),
      NodeDrain: nodeDrain(cluster),
      OpenShiftNode: openShiftNode(cluster),
      PoolMembership: poolMembership(cluster),
    };
  }

  /** What the work comes to for the engine: nothing, once it is killed. */
  heard<T>(work: Promise<T>): Promise<T> {
    return this.process.heard(work);
  }
}
