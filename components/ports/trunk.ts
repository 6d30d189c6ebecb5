import { ownerOf, ownerDescription, isTrunkParent } from "./description.ts";
import { clusterTag, subportName, trunkName } from "./names.ts";

/** A VLAN that a machine has on the network card of a port. */
export interface SubportTemplate {
  readonly networkId: string;
  /** empty: Neutron chooses of the network's, if it has any */
  readonly subnetIds: readonly string[];
  /** VLAN ID of its frames on the machine's card */
  readonly segmentationId: number;
  /** empty: Neutron chooses, the project's default group */
  readonly securityGroupIds: readonly string[];
}

export interface TrunkTemplate {
  readonly subports: readonly SubportTemplate[];
}

export interface PlannedSubport extends SubportTemplate {
  /** differs between two networks or subnets of a VLAN: the trunk gets the new one before the old one goes */
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** A trunk on one of a worker's ports. */
export interface PlannedTrunk {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** in the order of their VLAN IDs */
  readonly subports: readonly PlannedSubport[];
}

/** Whose trunk it is, and on which port. */
interface Parent {
  readonly worker: string;
  readonly port: string;
  readonly infraId: string;
  readonly owner: string;
}

export function planTrunk({ worker, port, infraId, owner }: Parent, { subports }: TrunkTemplate): PlannedTrunk {
  const tags = [clusterTag(infraId)];
  const description = ownerDescription(owner, worker);
  const planned = subports
    .toSorted((one, other) => one.segmentationId - other.segmentationId)
    .map((subport) => ({ ...subport, name: subportName(port, subport), description, tags }));
  return { name: trunkName(port), description: ownerDescription(owner), tags, subports: planned };
}

/**
 * Whether the config puts a trunk on an existing port, or takes it off. Neutron does neither to a port that is bound, unless
 * its driver can (neutron/services/trunk/rules.py, TrunkPortValidator): the port is replaced, and its worker with it. The
 * port's description tells, as of its allowed addresses; where it is somebody's note, the trunk itself, unless somebody has put
 * that on it, too.
 *
 * @param isRecorded whether the stack's state has a trunk on it
 */
export function isTrunkEdited(
  { trunk }: { readonly trunk?: unknown },
  existing: { readonly description: string; readonly trunkId?: string | undefined },
  isRecorded: boolean,
): boolean {
  const { description, trunkId } = existing;
  const isOurs = trunkId !== undefined && (trunk !== undefined || isRecorded);
  const isParent = ownerOf(description) === undefined ? isOurs : isTrunkParent(description);
  return isParent !== (trunk !== undefined);
}
