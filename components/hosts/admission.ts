import type { Host } from "../openstack/host.ts";
import { prospectOf } from "./states.ts";

/** A worker whose server is to be created. */
export interface HostDemand {
  /** name of the worker and of its server */
  readonly worker: string;
  /** as Placement names it */
  readonly resourceClass: string;
  /** id of the only host that may be its own; undefined: the scheduler chooses */
  readonly hostId: string | undefined;
}

/** The host that an availability zone names: `<zone>:<host>:<node>` (nova/compute/api.py, parse_availability_zone). */
export const hostOfZone = (availabilityZone: string | undefined): string | undefined => availabilityZone?.split(":")[2];

/**
 * Whether a host is free for a worker, if each of those that were admitted and are on no host yet takes one. Where the
 * scheduler puts these is not known: a host that only one of them may have is taken, and any other of them takes one more.
 *
 * @param hosts all that are visible
 * @param admitted workers whose servers are asked for, and of which the hosts show nothing yet
 */
export function hasFreeHost(demand: HostDemand, hosts: readonly Host[], admitted: readonly HostDemand[]): boolean {
  const rivals = admitted.filter(({ resourceClass }) => resourceClass === demand.resourceClass);
  const pinned = new Set(rivals.flatMap(({ hostId }) => hostId ?? []));
  const free = hosts.filter(
    (host) => host.resourceClass === demand.resourceClass && prospectOf(host) === "free" && !pinned.has(host.id),
  );
  const anywhere = rivals.filter(({ hostId }) => hostId === undefined).length;
  const { hostId } = demand;
  return free.length > anywhere && (hostId === undefined || free.some(({ id }) => id === hostId));
}

/** A worker that was admitted. */
export interface Admitted extends HostDemand {
  /** ms since the epoch */
  readonly at: number;
}

/** ms after which a server that nobody has seen was refused, as by a quota. */
const unseenFor = 60_000;

/**
 * Whether the hosts show what a worker has taken: its server is built or has failed, or is on a host, or was never created.
 *
 * @param servers the servers of its name in Nova
 * @param hosts read after the servers
 */
export function isSettled(
  { at }: Admitted,
  servers: readonly { readonly id: string; readonly status: string | undefined }[],
  hosts: readonly Host[],
  now: number,
): boolean {
  if (servers.length === 0) return now - at > unseenFor;
  return servers.every(({ id, status }) => status !== "BUILD" || hosts.some(({ serverId }) => serverId === id));
}

/** The hosts that a worker may have: those of its class, or the one. */
export const hostsFor = ({ resourceClass, hostId }: HostDemand, hosts: readonly Host[]): Host[] =>
  hosts.filter((host) => (hostId === undefined ? host.resourceClass === resourceClass : host.id === hostId));
