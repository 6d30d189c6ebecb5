import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { ipVersionOf } from "./lib/ip.ts";
import { type ExistingObjects } from "./openstack/existing.ts";
import { PortTrunk, type TrunkOwner } from "./port-trunk.ts";
import { optionRefusal, portInPlaceLine } from "./ports/in-place.ts";
import type { PlannedPort } from "./ports/plan.ts";
import { refuseDuplicate } from "./server/duplicate.ts";
import type { WorkerInCloud } from "./server/in-cloud.ts";

export interface SubnetPortsArgs {
  /** name of the worker */
  readonly worker: string;
  readonly ports: readonly PlannedPort[];
  /** names of the ports of which the config edits what their description tells, see components/ports/description.ts */
  readonly editedPorts: ReadonlySet<string>;
  /** looks up the objects that the cloud already has: a second port of a name is never created */
  readonly existing: ExistingObjects;
  readonly inCloud: WorkerInCloud;
  readonly trunkOwner: TrunkOwner;
  /** created before the ports and deleted after them */
  readonly after: readonly pulumi.Resource[];
}

/** Neutron answers in seconds; the bound only has to be above an agent's restart. */
const timeouts = { create: "10m", delete: "10m" };

/**
 * What belongs to Ironic and Nova once a machine is attached: the machine's own MAC, its host and its profile
 * (ironic/drivers/modules/network, nova/network/neutron.py). An address pair shows
 * the MAC that the port had at first as soon as the port has the machine's; the provider can ignore only the whole pair. The
 * virtual addresses of a cluster never change; of those that the config adds, the port's description tells an edit
 * (components/ports/description.ts).
 *
 * The config says nothing of whether the port is up: who has put it down by hand has a reason.
 */
const unmanaged = [
  "macAddress",
  "allowedAddressPairs",
  // whole: an imported one has more in it than the program says
  "binding",
  "deviceId",
  "deviceOwner",
  "adminStateUp",
];

/**
 * What an edit never changes on an existing port: what is not managed here, and what the config does not set. A description
 * counts only where the cloud's tells an edit: it may be somebody's note, or of a release that wrote no owner. Without an
 * address in the config Neutron chooses it, and the port keeps the one it has: its node need not be replaced. Without groups
 * Neutron chooses them too, and the provider would remove all of them; a port that was made while its network had no port
 * security can have none. A replaced port gets what the config sets, or
 * Neutron's choice (pulumi/pulumi, pkg/resource/deploy/step_generator.go: a replacement is checked without ignoreChanges).
 *
 * The provider never reads `fixedIps` back (terraform-provider-openstack 1.54.1, resourceNetworkingPortV2Read), so that a port
 * that was imported has none, and the program's would replace it. Where the cloud has the port in the right place, and where
 * it could not be read, they are not compared.
 *
 * A note in the description is somebody else's, unless the addresses that it takes the place of are edited. A port that is
 * adopted with an empty one gets ours in place. What else an
 * operator may set is not compared: the provider computes it, never reads it back, or looks at tags of ours alone.
 */
const kept = (
  { name, addresses: [first], securityGroupIds, dhcpOptions }: PlannedPort,
  isDescribed: boolean,
  { placedPorts, unsecuredPorts }: WorkerInCloud,
): string[] => [
  ...unmanaged,
  ...(isDescribed ? [] : ["description"]),
  ...(dhcpOptions === undefined ? ["extraDhcpOptions"] : []),
  ...((placedPorts?.has(name) ?? true)
    ? ["fixedIps"]
    : first?.ipAddress === undefined
      ? ["fixedIps[0].ipAddress"]
      : []),
  ...(securityGroupIds.length === 0 || unsecuredPorts?.has(name) === true ? ["securityGroupIds"] : []),
];

/**
 * Logs what an edit changes on an existing port, and refuses what the provider cannot change. The engine alone has the inputs
 * of the last update.
 */
function logInPlace(worker: string, port: string): pulumi.ResourceHook {
  const log = async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> => {
    const line = portInPlaceLine(worker, port, oldInputs, newInputs);
    if (line !== undefined) await pulumi.log.info(line);
    const refusal = optionRefusal(port, oldInputs, newInputs);
    if (refusal !== undefined) throw new Error(refusal);
  };
  return new pulumi.ResourceHook(`in-place-${port}`, log, { onDryRun: true });
}

const ipv4First = (addresses: readonly string[]): string[] =>
  addresses.toSorted((one, other) => ipVersionOf(one) - ipVersionOf(other));

/** The Neutron ports of one worker, in the cluster's own subnets. */
export class SubnetPorts extends pulumi.ComponentResource {
  readonly portIds: readonly pulumi.Output<string>[];
  /**
   * Addresses of all ports, in the ports' order, each with IPv4 first: Neutron lists them in no order. Those of subports are
   * none of the Node's: Nova takes for a server's the ports whose device it is (nova/network/neutron.py,
   * _build_network_info_model), so that the cloud controller, whose addresses alone a kubelet may have, does not see them.
   */
  readonly fixedIps: pulumi.Output<string[]>;
  /** created before the worker's server and deleted after it */
  readonly trunks: readonly pulumi.Resource[];

  constructor(name: string, args: SubnetPortsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:SubnetPorts", name, {}, opts);
    const ports = args.ports.map((planned) => this.#port(planned, args));
    this.portIds = ports.map((port) => port.id);
    this.fixedIps = pulumi
      .all(ports.map((port) => port.allFixedIps))
      .apply((addresses) => addresses.flatMap(ipv4First));
    this.trunks = args.ports.flatMap(({ name: own, trunk }, i) => {
      const port = ports[i];
      if (!trunk || !port) return [];
      return new PortTrunk(own, { ...args, trunk, parent: { name: own, port } }, { parent: this }).resources;
    });
    this.registerOutputs();
  }

  #port(planned: PlannedPort, args: SubnetPortsArgs): openstack.networking.Port {
    const { takenOver, adopted } = args.inCloud;
    const isBlank = adopted?.blankPorts.has(planned.name) ?? false;
    const isDescribed = isBlank || args.editedPorts.has(planned.name);
    const id = takenOver.ports.get(planned.name);
    return new openstack.networking.Port(
      planned.name,
      {
        name: planned.name,
        description: planned.description,
        networkId: planned.networkId,
        fixedIps: planned.addresses.map(({ subnetId, ipAddress }) => ({
          subnetId,
          ...(ipAddress !== undefined && { ipAddress }),
        })),
        adminStateUp: true,
        binding: { vnicType: "baremetal" },
        tags: [...planned.tags],
        allowedAddressPairs: planned.allowedAddresses.map((ipAddress) => ({ ipAddress })),
        ...(planned.dhcpOptions &&
          planned.dhcpOptions.length > 0 && {
            extraDhcpOptions: planned.dhcpOptions.map((option) => ({ ...option })),
          }),
        ...(planned.portSecurity === false && { portSecurityEnabled: false }),
        ...(planned.securityGroupIds.length > 0 && { securityGroupIds: [...planned.securityGroupIds] }),
      },
      {
        parent: this,
        // one address cannot be on two ports, and a running node must not lose its own: it is drained first
        deleteBeforeReplace: true,
        replaceOnChanges: [
          "fixedIps",
          ...(isBlank ? [] : ["description"]),
          // in place it would have to lose its groups and address pairs in the same request
          ...(planned.portSecurity === false ? ["portSecurityEnabled"] : []),
        ],
        ignoreChanges: kept(planned, isDescribed, args.inCloud),
        ...(id !== undefined && { import: id }),
        dependsOn: [...args.after],
        hooks: {
          beforeCreate: [refuseDuplicate("port", planned.name, args.existing.ports)],
          // the update after an import only writes what the provider does not read
          beforeUpdate: id === undefined ? [logInPlace(args.worker, planned.name)] : [],
        },
        customTimeouts: timeouts,
      },
    );
  }
}
