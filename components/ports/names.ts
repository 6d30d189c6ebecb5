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

const indexed = new RegExp(`${portInfix}\\d+$`);

/** The worker of a port, by the port's name; of another name that name. */
export const workerOfPort = (port: string): string => port.replace(indexed, "");

/** Tag by which OpenShift recognises what belongs to a cluster. */
export function clusterTag(infraId: string): string {
  return `openshiftClusterID=${infraId}`;
}
