import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import type { ExistingObjects } from "./openstack/existing.ts";
import { trunkInPlaceLine } from "./ports/in-place.ts";
import type { PlannedSubport, PlannedTrunk } from "./ports/trunk.ts";
import { refuseDuplicate } from "./server/duplicate.ts";
import type { WorkerInCloud } from "./server/in-cloud.ts";

export interface PortTrunkArgs {
  /** name of the worker */
  readonly worker: string;
  readonly trunk: PlannedTrunk;
  /** id of the port that it is on */
  readonly portId: pulumi.Input<string>;
  /** looks up the objects that the cloud already has: a second subport of a name is never created */
  readonly existing: ExistingObjects;
  readonly inCloud: Pick<WorkerInCloud, "takenOver" | "unsecuredPorts">;
  /** created before the subports and deleted after them */
  readonly after: readonly pulumi.Resource[];
}

/** Neutron answers in seconds; the bound only has to be above an agent's restart. */
const timeouts = { create: "10m", delete: "10m" };

/**
 * What an edit never changes on a subport. Its name tells its network and subnets, so that another place is another subport;
 * the provider never reads `fixedIps` back. The rest is Neutron's and its trunk driver's (neutron/services/trunk/drivers), or
 * an operator's, as of other ports (components/subnet-ports.ts).
 */
const unmanaged = [
  "fixedIps",
  "macAddress",
  "allowedAddressPairs",
  "binding",
  "deviceId",
  "deviceOwner",
  "adminStateUp",
  "description",
  "extraDhcpOptions",
];

/**
 * The trunk on a port of a worker, and its subports: VLANs on the port's network card.
 *
 * Neutron configures them when the port is bound, and most of its drivers neither put a trunk on a port that is bound nor take
 * it off; and it deletes no port that is in a trunk (neutron/services/trunk/rules.py). So the trunk comes between the ports
 * and the server. Subports come and go in place: the provider takes all of them off and puts the new ones on
 * (terraform-provider-openstack 1.54.1, resourceNetworkingTrunkV2Update), an interruption of a moment.
 */
export class PortTrunk extends pulumi.ComponentResource {
  /** created before the worker's server and deleted after it */
  readonly trunk: openstack.networking.Trunk;

  constructor(name: string, args: PortTrunkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:PortTrunk", name, {}, opts);
    const { worker, trunk, portId } = args;
    const subPorts = trunk.subports.map((subport) => ({
      portId: this.#subport(subport, args).id,
      segmentationType: "vlan",
      segmentationId: subport.segmentationId,
    }));
    const id = args.inCloud.takenOver.trunks?.get(trunk.name);
    this.trunk = new openstack.networking.Trunk(
      trunk.name,
      {
        name: trunk.name,
        description: trunk.description,
        portId,
        adminStateUp: true,
        subPorts,
        tags: [...trunk.tags],
      },
      {
        parent: this,
        // a port has one trunk
        deleteBeforeReplace: true,
        ignoreChanges: ["adminStateUp", "description"],
        ...(id !== undefined && { import: id }),
        dependsOn: [...args.after],
        hooks: { beforeUpdate: id === undefined ? [logInPlace(worker, trunk.name)] : [] },
        customTimeouts: timeouts,
      },
    );
    this.registerOutputs();
  }

  #subport(planned: PlannedSubport, { existing, inCloud, after }: PortTrunkArgs): openstack.networking.Port {
    const id = inCloud.takenOver.ports.get(planned.name);
    const areGroupsKept = planned.securityGroupIds.length === 0 || inCloud.unsecuredPorts?.has(planned.name) === true;
    return new openstack.networking.Port(
      planned.name,
      {
        name: planned.name,
        description: planned.description,
        networkId: planned.networkId,
        adminStateUp: true,
        ...(planned.subnetIds.length > 0 && { fixedIps: planned.subnetIds.map((subnetId) => ({ subnetId })) }),
        tags: [...planned.tags],
        ...(planned.securityGroupIds.length > 0 && { securityGroupIds: [...planned.securityGroupIds] }),
      },
      {
        parent: this,
        ignoreChanges: [...unmanaged, ...(areGroupsKept ? ["securityGroupIds"] : [])],
        ...(id !== undefined && { import: id }),
        dependsOn: [...after],
        hooks: { beforeCreate: [refuseDuplicate("port", planned.name, existing.ports)] },
        customTimeouts: timeouts,
      },
    );
  }
}

/** Logs what an edit changes on an existing trunk. The engine alone has the inputs of the last update. */
function logInPlace(worker: string, trunk: string): pulumi.ResourceHook {
  const log = async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> => {
    const line = trunkInPlaceLine(worker, trunk, oldInputs, newInputs);
    if (line !== undefined) await pulumi.log.info(line);
  };
  return new pulumi.ResourceHook(`in-place-${trunk}`, log, { onDryRun: true });
}
