import pMap from "p-map";
import { z } from "zod";
import { reasonOf } from "../lib/errors.ts";
import type { CloudClient } from "./client.ts";
import { entryName } from "./environment.ts";
import { CloudError, HttpError, isPassing } from "./error.ts";
import { type Host, type HostFacts, placementClass } from "./host.ts";
import { queryOf, readPages } from "./pages.ts";

/** Reads the hosts of a cloud, and changes nothing. */

/** https://docs.openstack.org/api-ref/baremetal/#list-nodes: `resource_class` since 1.21; 2023.1 serves 1.82. */
const ironicVersion = { "x-openstack-ironic-api-version": "1.31" };

/** Placement's `resources` query since 1.4; 2023.1 serves 1.39. */
const placementVersion = { "openstack-api-version": "placement 1.17" };

/** How many requests Placement is sent at once. */
const atOnce = 8;

const nodesSchema = z
  .object({
    nodes: z.array(
      z.object({
        uuid: z.string(),
        name: z.string().nullish(),
        provision_state: z.string().nullish(),
        instance_uuid: z.string().nullish(),
        maintenance: z.boolean().default(false),
        resource_class: z.string().nullish(),
      }),
    ),
  })
  .transform(({ nodes }) =>
    nodes.map((node): Host => ({
      id: node.uuid,
      name: node.name ?? node.uuid,
      resourceClass: node.resource_class ? placementClass(node.resource_class) : undefined,
      state: node.provision_state ?? "unknown",
      maintenance: node.maintenance,
      serverId: node.instance_uuid ?? undefined,
      schedulable: undefined,
    })),
  );

/** Ironic's nodes. A plain member of a project may see none: that is an error, or an empty list. */
export function readNodes(client: CloudClient, signal: AbortSignal): Promise<Host[]> {
  const fields = "uuid,name,provision_state,instance_uuid,maintenance,resource_class";
  return readPages((page) =>
    client.get("baremetal", `/v1/nodes?${queryOf(["fields", fields], ...page)}`, nodesSchema, signal, ironicVersion),
  );
}

const providersSchema = z
  .object({ resource_providers: z.array(z.object({ uuid: z.string(), name: z.string() })) })
  .transform(({ resource_providers: found }) => found);

/** Ids of the resource providers that have one of a class left. */
async function schedulable(client: CloudClient, resourceClass: string, signal: AbortSignal): Promise<string[]> {
  const path = `/resource_providers?resources=${resourceClass}:1`;
  try {
    const found = await client.get("placement", path, providersSchema, signal, placementVersion);
    return found.map(({ uuid }) => uuid);
  } catch (error) {
    // a class that Placement has never heard of: Nova has told it of no host
    if (error instanceof CloudError && error.cause instanceof HttpError && error.cause.status === 400) return [];
    throw error;
  }
}

const inventoriesSchema = z
  .object({ inventories: z.record(z.string(), z.object({ total: z.number(), reserved: z.number().default(0) })) })
  .transform(({ inventories }) => inventories);

const allocationsSchema = z
  .object({ allocations: z.record(z.string(), z.unknown()) })
  .transform(({ allocations }) => Object.keys(allocations));

/** A resource provider as a host; none if it is no machine of Ironic: these have one of a custom class. */
async function providedHost(
  client: CloudClient,
  { uuid, name }: { readonly uuid: string; readonly name: string },
  signal: AbortSignal,
): Promise<Host[]> {
  const at = `/resource_providers/${uuid}`;
  const inventories = await client.get("placement", `${at}/inventories`, inventoriesSchema, signal, placementVersion);
  const machine = Object.entries(inventories).find(([key, { total }]) => key.startsWith("CUSTOM_") && total === 1);
  if (!machine) return [];
  const consumers = await client.get("placement", `${at}/allocations`, allocationsSchema, signal, placementVersion);
  const [resourceClass, { reserved }] = machine;
  const [serverId] = consumers;
  const isLeft = serverId === undefined && reserved === 0;
  return [{ id: uuid, name, resourceClass, state: undefined, maintenance: false, serverId, schedulable: isLeft }];
}

/** The hosts by Placement alone: it has no query for the used ones, so that each provider is asked. */
async function readProviders(client: CloudClient, signal: AbortSignal): Promise<Host[]> {
  const providers = await client.get("placement", "/resource_providers", providersSchema, signal, placementVersion);
  const hosts = await pMap(providers, (provider) => providedHost(client, provider, signal), { concurrency: atOnce });
  return hosts.flat();
}

/** The machine of a server. It only adds detail to a message: undefined where Ironic does not show it, for whatever reason. */
export async function machineOf(client: CloudClient, serverId: string, signal: AbortSignal): Promise<Host | undefined> {
  const nodes = await readNodes(client, signal).catch(() => []);
  return nodes.find((node) => node.serverId === serverId);
}

/** What an account may see of a service; an error that a later request may not have is not about that. */
async function orHidden<T>(reading: Promise<T>): Promise<{ readonly value: T } | { readonly hidden: string }> {
  try {
    return { value: await reading };
  } catch (error) {
    if (!(error instanceof CloudError) || isPassing(error)) throw error;
    return { hidden: reasonOf(error) };
  }
}

/** A host that Ironic has made available is Nova's only when Placement has it, too. */
async function withPlacement(
  client: CloudClient,
  hosts: readonly Host[],
  classes: readonly string[],
  signal: AbortSignal,
): Promise<HostFacts> {
  const known = classes.filter((each) => hosts.some(({ resourceClass }) => resourceClass === each));
  const found = await orHidden(Promise.all(known.map((each) => schedulable(client, each, signal))));
  if ("hidden" in found) return { source: "Ironic", hosts };
  const free = new Set(found.value.flat());
  return {
    source: "Ironic and Placement",
    hosts: hosts.map((host) => ({
      ...host,
      ...(known.includes(host.resourceClass ?? "") && { schedulable: free.has(host.id) }),
    })),
  };
}

/**
 * The hosts that an account may see: Ironic's nodes, and of these classes what Placement has of them; or else Placement's
 * resource providers.
 *
 * @param entry of clouds.yaml, for the error
 * @throws CloudError when neither is visible, or a service does not answer
 */
export async function readHosts(
  client: CloudClient,
  entry: string,
  classes: readonly string[],
  signal: AbortSignal,
): Promise<HostFacts> {
  const nodes = await orHidden(readNodes(client, signal));
  if ("value" in nodes && nodes.value.length > 0) return withPlacement(client, nodes.value, classes, signal);
  const providers = await orHidden(readProviders(client, signal));
  if ("value" in providers) return { source: "Placement", hosts: providers.value };
  const ofIronic = "hidden" in nodes ? nodes.hidden : "Ironic shows no node";
  throw new CloudError({
    problem: `${entryName(entry)} may see neither Ironic's nodes nor Placement's resource providers (${ofIronic}; ${providers.hidden})`,
    expected: "an account that may read one of the two",
    remedy: `give the account of ${entryName(entry)} a role that may (openstack baremetal node list; openstack resource provider list), or remove inventory`,
  });
}
