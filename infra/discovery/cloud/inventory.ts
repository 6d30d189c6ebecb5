import { z } from "zod";
import { accountKeyHeaders, isProgramsKey, secondKeyHeader } from "../../../components/openstack/account-key.ts";
import type { CloudClient } from "../../../components/openstack/client.ts";
import { clusterTag } from "../../../components/ports/names.ts";
import { attempt } from "../attempt.ts";
import type {
  AccountKey,
  Checks,
  ComputeUsage,
  ContainerStatus,
  ExistingPort,
  ObjectStoreFacts,
  ServerGroup,
  Usage,
} from "../facts.ts";
import type { CloudFacts } from "../read.ts";
import { networkIds } from "./networks.ts";
import { infoSchema, infoUrl } from "./object-store.ts";
import { readServers } from "./servers.ts";

/** https://docs.openstack.org/api-ref/compute/#limits-limits */
export const limitsSchema = z
  .object({ limits: z.object({ absolute: z.record(z.string(), z.unknown()) }) })
  .transform(({ limits: { absolute } }): ComputeUsage => {
    const number = (key: string, otherwise: number): number => z.number().catch(otherwise).parse(absolute[key]);
    const usage = (limit: string, used: string): Usage => ({ limit: number(limit, -1), used: number(used, 0) });
    return {
      instances: usage("maxTotalInstances", "totalInstancesUsed"),
      cores: usage("maxTotalCores", "totalCoresUsed"),
      ram: usage("maxTotalRAMSize", "totalRAMUsed"),
      groupMembers: number("maxServerGroupMembers", -1),
    };
  });

/** https://docs.openstack.org/api-ref/network/v2/#show-quota-details-for-a-tenant */
export const portQuotaSchema = z
  .object({
    quota: z.object({ port: z.object({ limit: z.number(), used: z.number(), reserved: z.number().default(0) }) }),
  })
  .transform(({ quota: { port } }): Usage => ({ limit: port.limit, used: port.used + port.reserved }));

export const portsSchema = z
  .object({
    ports: z.array(
      z.object({
        id: z.string(),
        name: z.string().default(""),
        tags: z.array(z.string()).default([]),
        network_id: z.string(),
        description: z.string().default(""),
        allowed_address_pairs: z.array(z.object({ ip_address: z.string() })).default([]),
        fixed_ips: z.array(z.object({ subnet_id: z.string(), ip_address: z.string() })).default([]),
        mac_address: z.string().optional(),
        device_id: z
          .string()
          .nullable()
          .transform((id) => id ?? "")
          .optional(),
        // only with Neutron's extension trunk-details, and of the parent of a trunk
        trunk_details: z.object({ trunk_id: z.string() }).nullish(),
        updated_at: z.string().optional(),
        port_security_enabled: z.boolean().default(true),
      }),
    ),
  })
  .transform(({ ports }): ExistingPort[] =>
    ports.map(({ id, name, tags, description, ...port }) => ({
      id,
      name,
      tags,
      networkId: port.network_id,
      description,
      allowedAddresses: port.allowed_address_pairs.map((pair) => pair.ip_address),
      addresses: port.fixed_ips.map((each) => ({ subnetId: each.subnet_id, ip: each.ip_address })),
      mac: port.mac_address,
      deviceId: port.device_id,
      updated: port.updated_at,
      ...(port.trunk_details && { trunkId: port.trunk_details.trunk_id }),
      ...(!port.port_security_enabled && { portSecurity: false as const }),
    })),
  );

/** https://docs.openstack.org/api-ref/compute/#get-availability-zone-information */
export const zonesSchema = z
  .object({
    availabilityZoneInfo: z.array(z.object({ zoneName: z.string(), zoneState: z.object({ available: z.boolean() }) })),
  })
  .transform(({ availabilityZoneInfo }): string[] =>
    availabilityZoneInfo.flatMap(({ zoneName, zoneState }) => (zoneState.available ? [zoneName] : [])),
  );

/** https://docs.openstack.org/api-ref/compute/#list-server-groups */
export const serverGroupsSchema = z
  .object({
    server_groups: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        policy: z.string().nullable(),
        rules: z.object({ max_server_per_host: z.coerce.number().optional() }).nullish(),
        members: z.array(z.string()),
      }),
    ),
  })
  .transform(({ server_groups: groups }): ServerGroup[] =>
    groups.map(({ id, name, policy, rules, members }) => ({
      id,
      name,
      policy: policy ?? "none",
      maxPerHost: rules?.max_server_per_host ?? 1,
      members,
    })),
  );

/** From this version on a group has one policy, and its rules. */
const groupVersion = { "openstack-api-version": "compute 2.64" };

/** The networks that the config names, as far as they exist, as a query for ports. */
const inNetworks = (cloud: CloudFacts): [string, string][] => networkIds(cloud).map((id) => ["network_id", id]);

function readPorts(client: CloudClient, which: [string, string][], signal: AbortSignal): Promise<ExistingPort[]> {
  const fields = [
    "id",
    "name",
    "tags",
    "network_id",
    "description",
    "allowed_address_pairs",
    "fixed_ips",
    "mac_address",
    "device_id",
    "updated_at",
    "port_security_enabled",
    "trunk_details",
  ];
  const query = new URLSearchParams(which);
  for (const field of fields) query.append("fields", field);
  return client.get("network", `/v2.0/ports?${query.toString()}`, portsSchema, signal);
}

function readPortQuota(client: CloudClient, signal: AbortSignal): Promise<Usage> {
  const id = client.token.project?.id ?? "";
  return client.get("network", `/v2.0/quotas/${id}/details.json`, portQuotaSchema, signal);
}

/** Only the account's owner sees the header. Its value is the key: the client reports only whether it is set. */
const keyHeader = "x-container-meta-temp-url-key";

/** Reads each pool's container with the token, as Pulumi's provider does. */
function readContainers(
  client: CloudClient,
  account: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ContainerStatus[]> {
  return Promise.all(
    names.map(async (name) => {
      const { status, has } = await client.head(`${account}/${encodeURIComponent(name)}`, keyHeader, signal);
      return { name, status, keyed: has };
    }),
  );
}

/** Whether the account has the config's key, or as its second one that the program made. */
function readAccountKey(
  client: CloudClient,
  url: string,
  temporaryUrlKey: string | undefined,
  signal: AbortSignal,
): Promise<AccountKey> {
  return temporaryUrlKey === undefined
    ? client.compare(url, [secondKeyHeader], isProgramsKey, signal)
    : client.compare(url, accountKeyHeaders, (value) => value === temporaryUrlKey, signal);
}

type CloudChecks = Pick<
  Checks,
  | "compute"
  | "portQuota"
  | "servers"
  | "ports"
  | "clusterPorts"
  | "availabilityZones"
  | "serverGroups"
  | "tempUrls"
  | "containers"
  | "accountKey"
>;

/** Reads what only the checks need of the cloud, concurrently. */
export async function readCloudChecks(
  client: CloudClient,
  names: {
    readonly infraId: string;
    readonly cloud: CloudFacts;
    /** undefined: nothing is read of it */
    readonly objectStore: ObjectStoreFacts | undefined;
    readonly containers: readonly string[];
    /** undefined: the containers have keys of their own, or the program sets that of the account */
    readonly temporaryUrlKey: string | undefined;
    readonly manageAccountKey?: boolean;
    /** whether a pool or a worker names an availability zone */
    readonly zones: boolean;
    /** whether a pool names a server group */
    readonly serverGroups: boolean;
  },
  signal: AbortSignal,
): Promise<CloudChecks> {
  const { objectStore, temporaryUrlKey: key } = names;
  const networks = inNetworks(names.cloud);
  const [
    compute,
    portQuota,
    servers,
    ports,
    clusterPorts,
    availabilityZones,
    serverGroups,
    tempUrls,
    containers,
    accountKey,
  ] = await Promise.all([
    attempt(signal, client.get("compute", "/limits", limitsSchema, signal)),
    attempt(signal, readPortQuota(client, signal)),
    attempt(signal, readServers(client, names.infraId, signal)),
    attempt(signal, networks.length > 0 ? readPorts(client, networks, signal) : Promise.resolve([])),
    attempt(signal, readPorts(client, [["tags", clusterTag(names.infraId)]], signal)),
    names.zones ? attempt(signal, client.get("compute", "/os-availability-zone", zonesSchema, signal)) : undefined,
    names.serverGroups
      ? attempt(signal, client.get("compute", "/os-server-groups", serverGroupsSchema, signal, groupVersion))
      : undefined,
    objectStore && attempt(signal, client.getPublic(infoUrl(objectStore.url), infoSchema, signal)),
    objectStore
      ? attempt(signal, readContainers(client, objectStore.url, names.containers, signal))
      : Promise.resolve({ value: [] }),
    objectStore && (key !== undefined || names.manageAccountKey === true)
      ? attempt(signal, readAccountKey(client, objectStore.url, key, signal))
      : undefined,
  ]);
  const found = {
    compute,
    portQuota,
    servers,
    ports,
    clusterPorts,
    availabilityZones,
    serverGroups,
    tempUrls,
    containers,
  };
  return { ...found, ...(accountKey && { accountKey }) };
}
