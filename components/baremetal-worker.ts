import * as pulumi from "@pulumi/pulumi";
import { ownerArgs } from "./args.ts";
import { BaremetalServer, type Named, type Payload } from "./baremetal-server.ts";
import type { HostWait } from "./hosts/await-host.ts";
import { UserError } from "./lib/errors.ts";
import { engineMargin } from "./lifecycle/defaults.ts";
import { NodeClaim } from "./node-claim.ts";
import { NodeDrain } from "./node-drain.ts";
import type { DrainSettings, NodeTimeouts, Taint } from "./node/operation/types.ts";
import { OpenShiftNode } from "./openshift-node.ts";
import type { ExistingObjects } from "./openstack/existing.ts";
import { planPorts, type PortTemplate } from "./ports/plan.ts";
import type { WorkerInCloud } from "./server/in-cloud.ts";
import { SubnetPorts } from "./subnet-ports.ts";

/** What all workers of a pool have in common. */
export interface WorkerTemplate {
  readonly infraId: string;
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** what the stack was before, in the same form */
  readonly formerOwners: readonly string[];
  readonly pool: string;
  readonly flavor: Named;
  readonly image: Named;
  readonly payload: Payload;
  /** at least one; the Node's address is that of a port in the subnet of the API's virtual address */
  readonly ports: readonly PortTemplate[];
  /** see infra/config/lifecycle.ts for what each covers */
  readonly timeouts: Readonly<NodeTimeouts>;
  /** timeout in seconds, gracePeriod in seconds or -1 for the pod's own */
  readonly drain: Readonly<DrainSettings>;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** `address`: the cluster's Nodes get no providerID; undefined: the cloud controller gives them one */
  readonly identity?: "address" | undefined;
  /** path of the pool in the config, e.g. `pools[metal]`, for error messages */
  readonly configPath: string;
  /** true: the engine deletes and replaces none of a worker's resources */
  readonly protect?: boolean | undefined;
}

export interface BaremetalWorkerArgs extends WorkerTemplate {
  /** names of the ports of which the config edits what their description tells, according to the cloud */
  readonly editedPorts: ReadonlySet<string>;
  /** looks up the objects that the cloud already has by a name */
  readonly existing: ExistingObjects;
  /** see components/baremetal-server.ts */
  readonly hasErrorHooks: boolean;
  readonly inCloud: WorkerInCloud;
  /** what a server waits for before it is created; undefined: for nothing */
  readonly hostWait?: HostWait | undefined;
  /** name of the node and of the server */
  readonly name: string;
  /** at most one of each family; of a family that has none Neutron chooses */
  readonly fixedIps: readonly string[];
  /** of what its server is created from, see components/server/spec-hash.ts */
  readonly specHash: string;
  /** see components/baremetal-server.ts */
  readonly availabilityZone: string | undefined;
  /** see components/baremetal-server.ts */
  readonly zone?: string | undefined;
  /** see components/baremetal-server.ts */
  readonly serverGroup?: string | undefined;
  /** true: another client key than the one that was approved for its server is admitted once */
  readonly readmit?: boolean | undefined;
  /** see components/baremetal-server.ts */
  readonly isSurge?: true | undefined;
  /**
   * Makes the Ignition config of the server, a secret.
   * @param after what is there before it is made
   */
  readonly userData: (after: readonly pulumi.Output<string>[]) => pulumi.Input<string>;
}

/**
 * One worker: a claim of its name, then its ports, its server, its drain and its node. Detaching runs in reverse.
 *
 * All of them inherit its `protect`. The engine looks at it as it executes a deletion, and goes on with whatever the refused
 * one does not depend on (pulumi/pulumi 3.276, pkg/resource/deploy/step.go, DeleteStep.Apply; step_executor.go,
 * cancelDueToError): so that nothing is drained, what is deleted first has to have it, of a worker its node. The engine tells the
 * program nothing of it but outputs: these say which pool protects the worker.
 */
export class BaremetalWorker extends pulumi.ComponentResource {
  readonly name: string;
  readonly serverId: pulumi.Output<string>;
  readonly addresses: pulumi.Output<string[]>;
  /** `Ready` */
  readonly state: pulumi.Output<string>;
  readonly timeline: OpenShiftNode["timeline"];
  /** The worker in its pool's membership. Outputs of its node, so that the membership is deleted before the node. */
  readonly member: Readonly<{ nodeName: pulumi.Output<string>; serverId: pulumi.Output<string> }>;
  readonly #node: OpenShiftNode;

  constructor(name: string, args: BaremetalWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    const isProtected = args.protect === true;
    super(
      "openstack-baremetal-compute:index:BaremetalWorker",
      name,
      {},
      { ...opts, ...(isProtected && { protect: true }) },
    );
    this.name = args.name;
    const { infraId } = args;
    const claim = this.#claimName(name, args);
    const ports = new SubnetPorts(
      name,
      {
        worker: args.name,
        ports: planPorts({ worker: args.name, infraId, owner: args.owner, fixedIps: args.fixedIps, ports: args.ports }),
        editedPorts: args.editedPorts,
        existing: args.existing,
        inCloud: args.inCloud,
        trunkOwner: args,
        after: [claim],
      },
      { parent: this },
    );
    const userData = args.userData(ports.portIds);
    const server = new BaremetalServer(
      name,
      { ...args, userData, portIds: ports.portIds, after: [claim, ...ports.trunks] },
      { parent: this },
    );
    // in the state before anybody can join: who drains is known, whatever becomes of the join
    const drain = this.#declareDrain(name, args, server);
    const node = this.#declareNode(name, args, ports, server, drain);
    this.#node = node;
    this.serverId = server.serverId;
    this.addresses = ports.fixedIps;
    this.state = node.state;
    this.timeline = node.timeline;
    this.member = { nodeName: node.nodeName, serverId: node.serverId };
    this.registerOutputs(isProtected ? { protectedBy: args.pool } : {});
  }

  /** Settles when the Node is in place; in a preview at once. Rejects when it did not join. */
  async joined(): Promise<void> {
    const id = await (this.#node.id as pulumi.Output<string> & { promise(): Promise<string | undefined> }).promise();
    // with --continue-on-error the engine goes on after a resource that has failed, whose id stays unknown; so does that of a
    // new one that --target leaves out
    if (id === undefined && !pulumi.runtime.isDryRun()) throw new UserError(`worker ${this.name} has not joined`);
  }

  #claimName(name: string, args: BaremetalWorkerArgs): NodeClaim {
    const { timeouts, drain, configPath } = args;
    const { adopted } = args.inCloud;
    const { nodeRemoval: removeTimeout, delete: deleteTimeout } = timeouts;
    // the drain and the deletion of a server that is left over, the look at the cloud, the ports, the Node
    const longest = 2 * deleteTimeout + 3 * removeTimeout + engineMargin;
    return new NodeClaim(
      name,
      {
        nodeName: args.name,
        ...ownerArgs(args),
        ...(adopted && { adopts: adopted.serverId }),
        removeTimeout,
        deleteTimeout,
        drain: { ...drain },
        configPath,
      },
      // it counts for the creation alone, and only that of a worker that is adopted says it
      { parent: this, ignoreChanges: ["adopts"], customTimeouts: { delete: `${longest}s` } },
    );
  }

  #declareDrain(name: string, args: BaremetalWorkerArgs, { serverId }: BaremetalServer): NodeDrain {
    const { name: nodeName, drain, timeouts, configPath } = args;
    return new NodeDrain(
      name,
      { nodeName, ...ownerArgs(args), serverId, drain: { ...drain }, configPath },
      { parent: this, customTimeouts: { delete: `${timeouts.delete}s` } },
    );
  }

  #declareNode(
    name: string,
    args: BaremetalWorkerArgs,
    ports: SubnetPorts,
    server: BaremetalServer,
    drain: NodeDrain,
  ): OpenShiftNode {
    const { boot, servingCsr, ready, delete: deletion } = args.timeouts;
    return new OpenShiftNode(
      name,
      {
        nodeName: args.name,
        ...ownerArgs(args),
        serverId: server.serverId,
        serverUrn: server.serverUrn,
        serverCreated: server.created,
        powerState: server.powerState,
        fixedIps: ports.fixedIps,
        ...(args.identity && { identity: args.identity }),
        timeouts: { ...args.timeouts },
        drain: { ...args.drain },
        labels: { ...args.labels },
        taints: args.taints.map((taint) => ({ ...taint })),
        specHash: args.specHash,
        configPath: args.configPath,
        ...(args.readmit && { readmit: true }),
        hasDrain: true,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        dependsOn: [drain],
        customTimeouts: { create: `${boot + servingCsr + ready + engineMargin}s`, delete: `${deletion}s` },
      },
    );
  }
}
