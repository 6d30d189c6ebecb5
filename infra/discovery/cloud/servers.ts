import pMap from "p-map";
import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import { faultOf } from "../../../components/openstack/named.ts";
import { attempt } from "../attempt.ts";
import type { ExistingServer } from "../facts.ts";

/** Of a server in ERROR without a fault. */
const noReason = "Nova reports no reason";

export const serversSchema = z
  .object({
    servers: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z.string(),
        created: z.string().optional(),
        "OS-EXT-STS:task_state": z.string().nullish(),
        "OS-EXT-AZ:availability_zone": z.string().nullish(),
        "OS-EXT-SRV-ATTR:hypervisor_hostname": z.string().nullish(),
        flavor: z.object({ id: z.string().optional() }).optional(),
        // an empty text: it boots from a volume
        image: z.union([z.object({ id: z.string() }), z.string()]).nullish(),
        addresses: z
          .record(z.string(), z.array(z.object({ addr: z.string(), "OS-EXT-IPS:type": z.string().optional() })))
          .default({}),
        // a hash of project and host, empty without one (nova/api/openstack/common.py, ViewBuilder.show)
        hostId: z.string().optional(),
        metadata: z.record(z.string(), z.string()).default({}),
        // only administrators see its details, a stack trace
        fault: z.object({ message: z.string() }).optional(),
        // set when a build has succeeded, and kept (nova/compute/manager.py, _update_instance_after_spawn)
        "OS-SRV-USG:launched_at": z.string().nullish(),
      }),
    ),
  })
  .transform(({ servers }): ExistingServer[] =>
    servers.map(
      ({ id, name, status, created, fault, addresses, metadata, flavor: itsFlavor, image: itsImage, ...extended }) => {
        const { owner, pool, flavor, image, availabilityZone, ignition, ports, attempt, surge } = metadata;
        return {
          id,
          name,
          owner,
          pool,
          made: { flavor, image, availabilityZone, ignition, ports, attempt, ...(surge !== undefined && { surge }) },
          actual: {
            flavor: itsFlavor?.id,
            image: typeof itsImage === "object" ? itsImage?.id : undefined,
            zone: extended["OS-EXT-AZ:availability_zone"] ?? undefined,
            machine: extended["OS-EXT-SRV-ATTR:hypervisor_hostname"] ?? undefined,
          },
          failure: status === "ERROR" ? (fault?.message ?? noReason) : undefined,
          created,
          hasRun: typeof extended["OS-SRV-USG:launched_at"] === "string",
          hasHost: extended.hostId === undefined ? undefined : extended.hostId !== "",
          progress: progressOf(status, extended["OS-EXT-STS:task_state"]),
          // a floating one is no port's of the server
          addresses: Object.values(addresses)
            .flat()
            .flatMap(({ addr, "OS-EXT-IPS:type": type }) => (type === "floating" ? [] : addr)),
        };
      },
    ),
  );

/**
 * With the faults that the list of servers does not have. What of them cannot be read keeps nobody from the servers.
 *
 * @param isAsked whose faults are asked for
 */
export const withFaults = <S extends ExistingServer>(
  client: CloudClient,
  servers: readonly S[],
  signal: AbortSignal,
  isAsked: (server: S) => boolean = () => true,
): Promise<S[]> =>
  pMap(servers, (server) => (isAsked(server) ? withFault(client, server, signal) : server), { concurrency: 8 });

async function withFault<S extends ExistingServer>(client: CloudClient, server: S, signal: AbortSignal): Promise<S> {
  if (server.failure !== noReason) return server;
  const { value = noReason, error } = await attempt(signal, faultOf(client, server.id, signal));
  return { ...server, failure: error === undefined ? value : `Nova does not tell the reason: ${error}` };
}

/** https://docs.openstack.org/api-guide/compute/server_concepts.html; a deletion shows in the task before the status */
function progressOf(status: string, task: string | null | undefined): ExistingServer["progress"] {
  if (task === "deleting" || ["DELETED", "SOFT_DELETED"].includes(status)) return "leaving";
  return ["ACTIVE", "SHUTOFF", "ERROR"].includes(status) ? undefined : "building";
}

/** Nova's page size, unless the cloud sets a smaller one by its option max_limit. */
const page = 1000;

/** The servers whose names are those of a cluster's workers. */
export async function readServers(
  client: CloudClient,
  infraId: string,
  signal: AbortSignal,
): Promise<ExistingServer[]> {
  const found: ExistingServer[] = [];
  for (;;) {
    const last = found.at(-1);
    const query = new URLSearchParams({ name: `^${infraId}-`, limit: String(page), ...(last && { marker: last.id }) });
    const servers = await client.get("compute", `/servers/detail?${query.toString()}`, serversSchema, signal);
    found.push(...servers);
    if (servers.length === 0) return withFaults(client, found, signal);
  }
}
