import { z } from "zod";
import type { CloudClient } from "./client.ts";

/**
 * What the cloud has by a name, with what tells whose it is. Everything here is read and removed by its id: a state knows
 * nothing of it.
 */

export interface NamedServer {
  readonly id: string;
  /** `owner` of its metadata; undefined: it has none */
  readonly owner: string | undefined;
}

export interface NamedPort {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** id of the server that it is attached to; empty: none */
  readonly deviceId: string;
  /** id of the trunk that it is the parent of; undefined: it is none */
  readonly trunkId: string | undefined;
}

const servers = z.object({
  servers: z.array(
    z.object({ id: z.string(), name: z.string(), metadata: z.record(z.string(), z.string()).default({}) }),
  ),
});

const ports = z.object({
  ports: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string().nullish(),
      device_id: z.string().nullish(),
      // only with Neutron's extension trunk-details, and of the parent of a trunk
      trunk_details: z.object({ trunk_id: z.string() }).nullish(),
    }),
  ),
});

/** A server as Nova has it now. */
export interface ServerState {
  /** e.g. `ACTIVE` */
  readonly status: string;
  /** what Nova does with it, e.g. `deleting`; undefined: nothing */
  readonly task: string | undefined;
  /** what the last failure was, in Nova's words */
  readonly fault: string | undefined;
}

const state = z
  .object({
    server: z.object({
      status: z.string(),
      "OS-EXT-STS:task_state": z.string().nullish(),
      fault: z.object({ message: z.string() }).optional(),
    }),
  })
  .transform(({ server: { status, fault, ...extended } }): ServerState => ({
    status,
    task: extended["OS-EXT-STS:task_state"] ?? undefined,
    fault: fault?.message,
  }));

/** The servers of exactly this name. */
export async function serversNamed(client: CloudClient, name: string, signal: AbortSignal): Promise<NamedServer[]> {
  // Nova takes a regular expression: its dots match other names too
  const query = new URLSearchParams({ name: `^${name}$` });
  const found = await client.get("compute", `/servers/detail?${query.toString()}`, servers, signal);
  return found.servers.filter((server) => server.name === name).map(({ id, metadata: { owner } }) => ({ id, owner }));
}

/** The ports with any of these names. */
export async function portsNamed(
  client: CloudClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<NamedPort[]> {
  const found = await portsBy(client, "name", names, signal);
  return found.filter(({ name }) => names.includes(name));
}

/** The ports with any of these descriptions. */
export async function portsDescribed(
  client: CloudClient,
  descriptions: readonly string[],
  signal: AbortSignal,
): Promise<NamedPort[]> {
  const found = await portsBy(client, "description", descriptions, signal);
  return found.filter(({ description }) => descriptions.includes(description));
}

async function portsBy(
  client: CloudClient,
  key: "name" | "description",
  values: readonly string[],
  signal: AbortSignal,
): Promise<NamedPort[]> {
  const query = new URLSearchParams(values.map((value): [string, string] => [key, value]));
  for (const field of ["id", "name", "description", "device_id", "trunk_details"]) query.append("fields", field);
  const found = await client.get("network", `/v2.0/ports?${query.toString()}`, ports, signal);
  return found.ports.map(({ id, name, description, device_id: deviceId, trunk_details: trunk }) => ({
    id,
    name,
    description: description ?? "",
    deviceId: deviceId ?? "",
    trunkId: trunk?.trunk_id,
  }));
}

/** What Nova says of a server; undefined: it is gone. */
export async function stateOf(client: CloudClient, id: string, signal: AbortSignal): Promise<ServerState | undefined> {
  const found = await client.find("compute", `/servers/${id}`, state, signal);
  // what an administrator, or a deferred deletion, still shows
  const gone = ["DELETED", "SOFT_DELETED"];
  return found === undefined || gone.includes(found.status) ? undefined : found;
}

/** A server's status in Nova, e.g. `ACTIVE`; undefined: it is gone. */
export const statusOf = async (client: CloudClient, id: string, signal: AbortSignal): Promise<string | undefined> =>
  (await stateOf(client, id, signal))?.status;

/**
 * What Nova says of a server that has failed. A list of servers has no fault of one that is in another cell than the database
 * of the API (nova/api/openstack/compute/servers.py and objects/instance.py, fill_faults), as one that found no host is.
 */
export const faultOf = async (client: CloudClient, id: string, signal: AbortSignal): Promise<string | undefined> =>
  (await stateOf(client, id, signal))?.fault;

export const deleteServer = (client: CloudClient, id: string, signal: AbortSignal): Promise<void> =>
  client.delete("compute", `/servers/${id}`, signal);

export const deleteTrunk = (client: CloudClient, id: string, signal: AbortSignal): Promise<void> =>
  client.delete("network", `/v2.0/trunks/${id}`, signal);

export const deletePort = (client: CloudClient, id: string, signal: AbortSignal): Promise<void> =>
  client.delete("network", `/v2.0/ports/${id}`, signal);
