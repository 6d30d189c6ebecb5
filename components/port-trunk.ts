import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { ownerArgs } from "./args.ts";
import { engineMargin } from "./lifecycle/defaults.ts";
import type { ExistingObjects } from "./openstack/existing.ts";
import { trunkInPlaceLine } from "./ports/in-place.ts";
import type { PlannedSubport, PlannedTrunk } from "./ports/trunk.ts";
import { refuseDuplicate } from "./server/duplicate.ts";
import type { WorkerInCloud } from "./server/in-cloud.ts";
import { TrunkClaim } from "./trunk-claim.ts";

/** Whose the trunk is, for its claim. */
export interface TrunkOwner {
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** what the stack was before, in the same form */
  readonly formerOwners: readonly string[];
  /** path of the pool in the config */
  readonly configPath: string;
  /** in seconds */
  readonly timeouts: { readonly nodeRemoval: number };
}

export interface PortTrunkArgs {
  /** name of the worker */
  readonly worker: string;
  readonly trunk: PlannedTrunk;
  readonly trunkOwner: TrunkOwner;
  /** the port that it is on, by its name in the cloud */
  readonly parent: { readonly name: string; readonly port: openstack.networking.Port };
  /** looks up the objects that the cloud already has: a second subport of a name is never created */
  readonly existing: ExistingObjects;
  readonly inCloud: Pick<WorkerInCloud, "takenOver" | "lostTrunks" | "unsecuredPorts">;
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
 *
 * The provider imports no trunk. One that is this stack's and not in its state is not declared, so that it stays as it is; its
 * claim removes it when the worker is detached.
 */
export class PortTrunk extends pulumi.ComponentResource {
  /** created before the worker's server and deleted after it */
  readonly resources: readonly pulumi.Resource[];

  constructor(name: string, args: PortTrunkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:PortTrunk", name, {}, opts);
    const { trunk } = args;
    const subports = trunk.subports.map((planned) => ({ planned, port: this.#subport(planned, args) }));
    const claim = this.#claim(
      args,
      subports.map(({ port }) => port),
    );
    this.resources = [claim, ...(args.inCloud.lostTrunks?.has(trunk.name) ? [] : [this.#trunk(args, subports, claim)])];
    this.registerOutputs();
  }

  #trunk(
    { worker, trunk, parent, after }: PortTrunkArgs,
    subports: readonly { readonly planned: PlannedSubport; readonly port: openstack.networking.Port }[],
    claim: TrunkClaim,
  ): openstack.networking.Trunk {
    const subPorts = subports.map(({ planned: { segmentationId }, port }) => ({
      portId: port.id,
      segmentationType: "vlan",
      segmentationId,
    }));
    return new openstack.networking.Trunk(
      trunk.name,
      {
        name: trunk.name,
        description: trunk.description,
        portId: parent.port.id,
        adminStateUp: true,
        subPorts,
        tags: [...trunk.tags],
      },
      {
        parent: this,
        // a port has one trunk
        deleteBeforeReplace: true,
        ignoreChanges: ["adminStateUp", "description"],
        dependsOn: [claim, ...after],
        hooks: { beforeUpdate: [logInPlace(worker, trunk.name)] },
        customTimeouts: timeouts,
      },
    );
  }

  /** In the state before the trunk can be in the cloud, and deleted before the ports are. */
  #claim({ parent, trunkOwner }: PortTrunkArgs, subports: readonly pulumi.Resource[]): TrunkClaim {
    const { configPath, timeouts: bounds } = trunkOwner;
    const { nodeRemoval: removeTimeout } = bounds;
    return new TrunkClaim(
      parent.name,
      { port: parent.name, ...ownerArgs(trunkOwner), removeTimeout, configPath },
      {
        parent: this,
        dependsOn: [parent.port, ...subports],
        customTimeouts: { delete: `${removeTimeout + engineMargin}s` },
      },
    );
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
