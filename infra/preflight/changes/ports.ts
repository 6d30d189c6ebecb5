import { changed } from "../../../components/lib/changed.ts";
import { ipVersionOf, sameAddress } from "../../../components/lib/ip.ts";
import { allowedAddressesEdit } from "../../../components/ports/allowed-addresses.ts";
import { ownerOf } from "../../../components/ports/description.ts";
import { portName, trunkName } from "../../../components/ports/names.ts";
import type { PlannedAddress, PlannedPort } from "../../../components/ports/plan.ts";
import { isTrunkEdited } from "../../../components/ports/trunk.ts";
import type { WantedWorker } from "../../config/workers.ts";
import type { ChangeFacts, ExistingPort, ExistingServer } from "../../discovery/facts.ts";
import type { CloudFacts } from "../../discovery/read.ts";
import { isOwner } from "../checks/names.ts";

/** The existing ports of the workers, indexed once for all of them. */
export interface ExistingPorts {
  /** by the worker's name and the port's number */
  readonly workers: ReadonlyMap<string, ReadonlyMap<number, ExistingPort>>;
  /** all of them, by the port's name */
  readonly named: ReadonlyMap<string, readonly ExistingPort[]>;
  /** each once, whatever its name is */
  readonly all: readonly ExistingPort[];
  /** false: the cluster's ports could not be read */
  readonly areRead: boolean;
  /** names of the networks and subnets that the config names, by their ids */
  readonly names: ReadonlyMap<string, string>;
  /** names of the trunks in the state; none if it was not read */
  readonly trunks: ReadonlySet<string>;
}

/** What ports are compared with. */
type Compared = Pick<ExistingPorts, "names" | "trunks">;

/** A reason why a server would be replaced. */
export interface Reason {
  readonly reason: string;
  /** it is what the config has for this worker alone; false: other workers of the pool have the same edit */
  readonly isOwn: boolean;
}

/** Whether a server has the port: one of its addresses is the server's. */
export const isAttached = ({ addresses }: ExistingPort, server: ExistingServer | undefined): boolean =>
  addresses.some(({ ip }) => server?.addresses?.includes(ip));

/** By its description, or by an address of the worker's own server: somebody may have written a note in the description. */
export const isOwnPort = (port: ExistingPort, server: ExistingServer | undefined, facts: ChangeFacts): boolean =>
  isOwner(facts, ownerOf(port.description)) || isAttached(port, server);

/** A port of the config, with its keys in the pool. */
interface Wanted {
  readonly key: string;
  readonly fixedIpKey: string;
  readonly port: PlannedPort;
}

/**
 * Why the ports of a worker, and with them its server, would be replaced: the changes for which components/subnet-ports.ts
 * replaces a port, and ports that are added or removed. A worker without its first port was changed outside of this
 * program: only a refresh shows the engine what to do about it.
 *
 * @param shared how many of the planned ports are the pool's; the rest are the worker's own
 */
export function portChanges(
  worker: Pick<WantedWorker, "name" | "path" | "fixedIpPath">,
  shared: number,
  planned: readonly PlannedPort[],
  { workers, ...compared }: ExistingPorts,
): Reason[] {
  const seen = workers.get(worker.name);
  if (!seen?.has(0)) return [];
  const gone = [...seen.keys()].filter((i) => i >= planned.length);
  return [
    ...planned.flatMap((port, i) => {
      const keys = keysOf(worker, shared, i);
      const found = seen.get(i);
      const differences = found ? portDifferences({ ...keys, port }, found, compared) : [`${keys.key} added`];
      const isAddress = (reason: string): boolean => i === 0 && reason.startsWith(`${keys.fixedIpKey} `);
      return differences.map((reason) => ({ reason, isOwn: i >= shared || isAddress(reason) }));
    }),
    // whose port it was, the pool's or the worker's own, nothing tells
    ...gone.map((i) => ({ reason: `port ${portName(worker.name, i)} removed`, isOwn: false })),
  ];
}

/** The keys of a worker's port in the pool's part of the config. */
export function keysOf(
  { path, fixedIpPath }: Pick<WantedWorker, "path" | "fixedIpPath">,
  shared: number,
  i: number,
): Pick<Wanted, "key" | "fixedIpKey"> {
  const key = i < shared ? `networks[${i}]` : `${within(path)}.networks[${i - shared}]`;
  return { key, fixedIpKey: i === 0 ? within(fixedIpPath) : `${key}.fixedIp` };
}

const hasTrunk = ({ name }: PlannedPort, { trunks }: Pick<ExistingPorts, "trunks">): boolean =>
  trunks.has(trunkName(name));

/** What of a port is not as the config says, and would replace it. */
export const portDifferences = (wanted: Wanted, seen: ExistingPort, compared: Compared): string[] => [
  ...placeDifferences(wanted, seen, compared.names),
  ...allowedChange(wanted.key, wanted.port, seen),
  ...(isTrunkEdited(wanted.port, seen, hasTrunk(wanted.port, compared))
    ? [`${wanted.key}.trunk ${wanted.port.trunk ? "added" : "removed"}`]
    : []),
];

/** The same of a port that is adopted. Nothing of a trunk that was made by hand is: its subports have other names. */
export const adoptionDifferences = (wanted: Wanted, seen: ExistingPort, compared: Compared): string[] => [
  ...portDifferences(wanted, seen, compared),
  ...(wanted.port.trunk && seen.trunkId !== undefined ? [`${wanted.key}.trunk, which is not adopted`] : []),
];

/** Whether a port is in the network and subnet, and has the address and no port security, as the config says. */
export const isPlaced = (port: PlannedPort, seen: ExistingPort): boolean =>
  placeDifferences({ key: "", fixedIpKey: "", port }, seen, new Map()).length === 0;

const hasSubnet = ({ addresses }: ExistingPort, { subnetId }: PlannedAddress): boolean =>
  addresses.some((address) => address.subnetId === subnetId);

function placeDifferences(
  { key, fixedIpKey, port }: Wanted,
  seen: ExistingPort,
  names: ReadonlyMap<string, string>,
): string[] {
  const name = (id: string | undefined): string | undefined => id && (names.get(id) ?? id);
  const namesOfAll = (ids: readonly string[]): string => [...new Set(ids)].map(name).join(", ");
  const stays =
    port.addresses.every((wanted) => wanted.isOptional || hasSubnet(seen, wanted)) &&
    port.addresses.some((wanted) => hasSubnet(seen, wanted));
  const sameFamily = (ipAddress: string): string | undefined =>
    seen.addresses.find(({ ip }) => ipVersionOf(ip) === ipVersionOf(ipAddress))?.ip;
  const fixed = port.addresses.flatMap(({ ipAddress = [] }) => ipAddress);
  const moved = fixed.filter((ipAddress) => !seen.addresses.some(({ ip }) => sameAddress(ip, ipAddress)));
  const before = namesOfAll(seen.addresses.map(({ subnetId }) => subnetId));
  const after = namesOfAll(port.addresses.map(({ subnetId }) => subnetId));
  return [
    ...changed(`${key}.network`, name(seen.networkId), name(port.networkId)),
    ...(stays ? [] : changed(`${key}.subnet`, before, after)),
    ...(port.portSecurity === false && seen.portSecurity !== false ? [`${key}.portSecurity true -> false`] : []),
    ...moved.flatMap((ipAddress) => changed(fixedIpKey, sameFamily(ipAddress), ipAddress)),
  ];
}

/** Subnets that were found by their tag, and of which an existing port of the worker has no address: it stays as it is. */
export const missingSubnets = (
  worker: string,
  planned: readonly PlannedPort[],
  { workers, names }: ExistingPorts,
): string[] =>
  planned.flatMap((port, i) => {
    const seen = workers.get(worker)?.get(i);
    if (!seen) return [];
    const missing = port.addresses.filter((address) => address.isOptional && !hasSubnet(seen, address));
    return missing.map(
      ({ subnetId }) =>
        `port ${port.name} has no address of subnet ${names.get(subnetId) ?? subnetId}; name its subnets in machineNetwork.subnet to replace the worker`,
    );
  });

function allowedChange(key: string, port: PlannedPort, seen: ExistingPort): string[] {
  const edit = allowedAddressesEdit(port, seen);
  return edit ? changed(`${key}.allowedAddresses`, edit.before, edit.after) : [];
}

/** Names of the ports of a worker of which the config edits what their description tells the engine to replace them by. */
export const editedPorts = (worker: string, planned: readonly PlannedPort[], ports: ExistingPorts): string[] =>
  planned.flatMap((port, i) => {
    const seen = ports.workers.get(worker)?.get(i);
    if (!seen) return [];
    const isEdited = allowedAddressesEdit(port, seen) !== undefined || isTrunkEdited(port, seen, hasTrunk(port, ports));
    return isEdited ? [port.name] : [];
  });

/** No ports if the cluster's could not be read. Of two ports of one name, the one with the cluster's tag takes precedence. */
export function existingPorts({ checks, cloud, state }: ChangeFacts): ExistingPorts {
  const tagged = checks.clusterPorts.value;
  const workers = new Map<string, Map<number, ExistingPort>>();
  const seen = tagged ? [...tagged, ...(checks.ports.value ?? [])] : [];
  for (const port of seen) {
    const [, worker, number] = /^(.+)-port-(\d+)$/.exec(port.name) ?? [];
    if (worker === undefined) continue;
    const numbered = workers.get(worker) ?? new Map<number, ExistingPort>();
    workers.set(worker, numbered);
    if (!numbered.has(Number(number))) numbered.set(Number(number), port);
  }
  const all = [...new Map(seen.map((port) => [port.id, port])).values()];
  const named = Map.groupBy(all, ({ name }) => name);
  const trunks = new Set(Object.keys(state?.value?.trunks ?? {}));
  return { workers, named, all, areRead: tagged !== undefined, names: namesOf(cloud), trunks };
}

const within = (path: string): string => path.replace(/^pools\[[^\]]+\]\./, "");

function namesOf({ network, subnets, pools }: CloudFacts): ReadonlyMap<string, string> {
  const ports = pools.flatMap((pool) => [...pool.ports, ...pool.workerPorts.flat()]);
  const objects = [{ network, subnets }, ...ports].flatMap((it) => (it ? [it.network, ...it.subnets] : []));
  return new Map(objects.flatMap((it) => (it ? [[it.id, it.name] as const] : [])));
}
