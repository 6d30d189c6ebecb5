import { createHash } from "node:crypto";

/** Longest host name, and so Node name, of one label (RFC 1123). */
export const maxNameLength = 63;

/** Name of a worker of a pool, of its Node, its Nova server and its component; `own` is its number or its own name. */
export function workerName(infraId: string, pool: string, own: number | string): string {
  return `${infraId}-${pool}-${own}`;
}

/** Between a worker's name and the number of its port. */
export const portInfix = "-port-";

/** Name of a worker's port, e.g. `lab-7x2kq-metal-0-port-0`. */
export function portName(worker: string, index: number): string {
  return `${worker}${portInfix}${index}`;
}

/** Name of the trunk on a port, e.g. `lab-7x2kq-metal-0-port-0-trunk`. */
export const trunkName = (port: string): string => `${port}-trunk`;

/** What begins the names of the subports of a port's trunk. */
export const subportPrefix = (port: string): string => `${port}-vlan-`;

/** Name of a subport, e.g. `lab-7x2kq-metal-0-port-0-vlan-100-1f3a9c2d`: the end tells its network and subnets. */
export function subportName(
  port: string,
  {
    segmentationId,
    networkId,
    subnetIds,
  }: { readonly segmentationId: number; readonly networkId: string; readonly subnetIds: readonly string[] },
): string {
  const place = JSON.stringify([networkId, ...subnetIds.toSorted()]);
  return `${subportPrefix(port)}${segmentationId}-${createHash("sha256").update(place).digest("hex").slice(0, 8)}`;
}

const ofPort = new RegExp(`${portInfix}\\d+(-trunk|-vlan-\\d+-[0-9a-f]{8})?$`);

export const portType = "openstack:networking/port:Port";

/** Types of the resources that are named by a port: it, its trunk with its claim, and subports. */
export const portTypes: readonly string[] = [
  portType,
  "openstack:networking/trunk:Trunk",
  "openshift-node:index:TrunkClaim",
];

/** The worker of what is named by a port; of another name that name. */
export const workerOfPort = (name: string): string => name.replace(ofPort, "");

/** Whether it is the name of a trunk or of a subport. */
export const isOfTrunk = (name: string): boolean => ofPort.exec(name)?.[1] !== undefined;

/** Tag by which OpenShift recognises what belongs to a cluster. */
export function clusterTag(infraId: string): string {
  return `openshiftClusterID=${infraId}`;
}
