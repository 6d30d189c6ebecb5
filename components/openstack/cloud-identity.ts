import { entryName } from "./environment.ts";

/** Where a stack's servers and ports are: ids, since names may be given to others. */
export interface CloudIdentity {
  /** id of the project */
  readonly project: string;
  /** id of the region of the compute service; empty: the catalog names none */
  readonly region: string;
}

export const isSameCloud = (one: CloudIdentity, other: CloudIdentity): boolean =>
  one.project === other.project && one.region === other.region;

const placeOf = ({ project, region }: CloudIdentity): string =>
  region === "" ? `project ${project}` : `project ${project} in region ${region}`;

/**
 * The message if the stack's servers are in one project and region and the entry of clouds.yaml leads to another.
 *
 * @param name of the entry
 */
export function otherCloud(expected: CloudIdentity, found: CloudIdentity, name: string): string {
  return [
    `${entryName(name)} leads to ${placeOf(found)}, but this stack's servers and ports are in ${placeOf(expected)}. ` +
      "Nothing was changed: there they would seem to be deleted.",
    `Correct project and region_name of ${entryName(name)}, or its application credential, or set cloud in the stack's ` +
      "config to another entry. Which project an entry leads to: openstack --os-cloud <entry> token issue -c project_id",
    "A stack cannot change its project or region: create another stack for another one (pulumi stack init).",
  ].join("\n");
}

/**
 * The message if nothing in the state says where the stack's servers are, and they are not where the entry leads to.
 *
 * @param nodes names of the stack's Nodes, as text
 */
export function serversNotThere(found: CloudIdentity, name: string, nodes: string): string {
  return [
    `${entryName(name)} leads to ${placeOf(found)}, where no server of this stack's Nodes is (${nodes}), and the state, of ` +
      "an earlier release, does not say where they are. Nothing was changed.",
    `If they are in another project or region, correct ${entryName(name)}, or set cloud in the stack's config to another ` +
      "entry: openstack --os-cloud <entry> server list",
    `If the servers were deleted, remove their Nodes (oc delete node <name>), then run the same command again.`,
  ].join("\n");
}
