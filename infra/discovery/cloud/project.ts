import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import type { CloudIdentity } from "../../../components/openstack/cloud-identity.ts";
import { containerNamed } from "../../../components/openstack/containers.ts";
import type { Host } from "../../../components/openstack/host.ts";
import { readNodes } from "../../../components/openstack/hosts.ts";
import { queryOf, readPages } from "../../../components/openstack/pages.ts";
import { powerStateOf } from "../../../components/openstack/power-state.ts";
import { ownerOf } from "../../../components/ports/description.ts";
import { workerName } from "../../../components/ports/names.ts";
import type { PoolConfig } from "../../config/schema.ts";
import { attempt, type Result } from "../attempt.ts";
import type { ExistingPort, ExistingServer } from "../facts.ts";
import type { Inventory } from "./hosts.ts";
import { portsSchema } from "./inventory.ts";
import { serversSchema, withFaults } from "./servers.ts";

/** All servers, ports and containers of the project, whatever their names are: a name is no sign of whose they are. */
export interface ProjectObjects {
  readonly identity: CloudIdentity;
  readonly servers: readonly ServerStatus[];
  readonly ports: readonly PortStatus[];
  readonly containers: readonly ContainerOwner[];
  /** the machines; an error: the account may not see them, as a project's member by default */
  readonly hosts: Result<readonly Host[]>;
}

export interface ServerStatus extends ExistingServer {
  /** of Nova, e.g. `ACTIVE` */
  readonly status: string;
  /** what Nova does with it, e.g. `spawning`; undefined: nothing */
  readonly taskState: string | undefined;
  /** `on`, `off` or another word for Nova's power state */
  readonly power: string;
  /** of the machine, as far as Nova tells the account; undefined: it does not */
  readonly host: string | undefined;
  /** RFC 3339 */
  readonly created: string;
  readonly addresses: readonly string[];
  /** from its metadata */
  readonly pool: string | undefined;
  /** the cluster's infrastructure name, from its metadata */
  readonly infraId: string | undefined;
}

export interface PortStatus extends ExistingPort {
  /** the stack that created it, from its description */
  readonly owner: string | undefined;
  /** id of what uses it; empty: nothing */
  readonly deviceId: string;
}

export interface ContainerOwner {
  readonly name: string;
  /** the stack that created it, from its metadata */
  readonly owner: string | undefined;
}

const statusSchema = z.object({
  servers: z.array(
    z.object({
      created: z.string().default(""),
      metadata: z.record(z.string(), z.string()).default({}),
      addresses: z.record(z.string(), z.array(z.object({ addr: z.string() }))).default({}),
      "OS-EXT-STS:task_state": z.string().nullish(),
      "OS-EXT-STS:power_state": z.number().nullish(),
      "OS-EXT-SRV-ATTR:hypervisor_hostname": z.string().nullish(),
      status: z.string(),
    }),
  ),
});

/** https://docs.openstack.org/api-ref/compute/#list-servers-detailed */
export function parseServers(answer: unknown): ServerStatus[] {
  const { servers } = statusSchema.parse(answer);
  return serversSchema.parse(answer).flatMap((server, i) => {
    const own = servers[i];
    if (!own) return [];
    const { metadata, status, created, addresses } = own;
    return {
      ...server,
      status,
      created,
      taskState: own["OS-EXT-STS:task_state"] ?? undefined,
      power: powerStateOf(own["OS-EXT-STS:power_state"]),
      host: own["OS-EXT-SRV-ATTR:hypervisor_hostname"] ?? undefined,
      addresses: Object.values(addresses)
        .flat()
        .map(({ addr }) => addr),
      pool: metadata["pool"],
      infraId: metadata["openshiftClusterID"],
    };
  });
}

/** https://docs.openstack.org/api-ref/network/v2/#list-ports */
export function parsePorts(answer: unknown): PortStatus[] {
  return portsSchema
    .parse(answer)
    .map((port) => ({ ...port, owner: ownerOf(port.description), deviceId: port.deviceId ?? "" }));
}

const anything = z.unknown();

type Pools = readonly Pick<PoolConfig, "name">[];

/** Whether a server may be a worker: of any stack, or, as one that was made by hand, by the name of a pool. Pure. */
const mayBeWorker = ({ name, owner }: ServerStatus, pools: Pools): boolean =>
  owner !== undefined || pools.some((pool) => name.includes(workerName("", pool.name, "")));

/** The faults of the project's other servers are nobody's concern here, and each costs a request. */
async function readServers(client: CloudClient, pools: Pools, signal: AbortSignal): Promise<ServerStatus[]> {
  const servers = await readPages(async (page) =>
    parseServers(await client.get("compute", `/servers/detail?${queryOf(...page)}`, anything, signal)),
  );
  return withFaults(client, servers, signal, (server) => mayBeWorker(server, pools));
}

const portFields = [
  ...["id", "name", "tags", "network_id", "description", "allowed_address_pairs", "fixed_ips", "device_id"],
  ...["port_security_enabled", "trunk_details"],
].map((field) => ["fields", field] as const);

function readPorts(client: CloudClient, signal: AbortSignal): Promise<PortStatus[]> {
  const project = ["project_id", client.identity.project] as const;
  return readPages(async (page) =>
    parsePorts(
      await client.get("network", `/v2.0/ports?${queryOf(project, ...portFields, ...page)}`, anything, signal),
    ),
  );
}

/** The end of every name that components/ignition/payload.ts gives to a container: the others are not asked whose they are. */
const payloadContainer = /-ignition-[0-9a-f]{8}$/;

const containersSchema = z.array(z.object({ name: z.string() }).transform((it) => ({ ...it, id: it.name })));

async function readContainers(client: CloudClient, signal: AbortSignal): Promise<ContainerOwner[]> {
  const all = await readPages((page) =>
    client.get("object-store", `?${queryOf(["format", "json"], ...page)}`, containersSchema, signal),
  );
  const named = all.filter(({ name }) => payloadContainer.test(name));
  const found = await Promise.all(
    named.map(async ({ name }) => {
      const container = await containerNamed(client, name, signal);
      return container ? [{ name, owner: container.owner }] : [];
    }),
  );
  return found.flat();
}

/** What the config says of what is to be read. */
interface Scope {
  readonly pools: Pools;
  /** whose account may see the machines; undefined: the project's own may */
  readonly inventory?: Inventory | undefined;
}

/** Reads the project, and changes nothing. Throws a CloudError if the cloud does not answer. */
export async function readProject(
  client: CloudClient,
  { pools, inventory }: Scope,
  signal: AbortSignal,
): Promise<ProjectObjects> {
  const [servers, ports, containers, hosts] = await Promise.all([
    readServers(client, pools, signal),
    readPorts(client, signal),
    client.objectStore() ? readContainers(client, signal) : [],
    attempt(signal, inventory ? inventory.hosts([], signal) : readNodes(client, signal)),
  ]);
  return { identity: client.identity, servers, ports, containers, hosts };
}
