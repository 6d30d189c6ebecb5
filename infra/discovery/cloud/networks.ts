import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import type { CloudFacts, NetworkFacts, PortFacts, SubportFacts } from "../facts.ts";

/** What the provider does not read of a network (terraform-provider-openstack 1.54.1, dataSourceNetworkingNetworkV2Read). */
export const networksSchema = z.object({
  networks: z.array(
    z.object({
      id: z.string(),
      project_id: z.string().optional(),
      /** only with Neutron's extension port-security */
      port_security_enabled: z.boolean().optional(),
    }),
  ),
});

/** The networks that the config names, as far as they exist. */
export function networkIds({ network, pools }: CloudFacts): string[] {
  const ports = pools.flatMap((pool) => [...pool.ports, ...pool.workerPorts.flat()]);
  const ofPorts = ports.flatMap((port) => (port ? [port, ...(port.subports ?? [])] : []));
  const found = [network, ...ofPorts.map((port) => port.network)].flatMap((each) => (each ? [each.id] : []));
  return [...new Set(found)];
}

/**
 * The facts with each network's port security, and its owner if that is another project.
 *
 * @param project the account's own
 */
export function withNetworks(
  cloud: CloudFacts,
  { networks }: z.infer<typeof networksSchema>,
  project: string,
): CloudFacts {
  const known = new Map(networks.map((each) => [each.id, each]));
  const completed = (network: NetworkFacts): NetworkFacts => {
    const { port_security_enabled: portSecurity, project_id: owner = "" } = known.get(network.id) ?? {};
    return { ...network, portSecurity, otherProject: owner === "" || owner === project ? undefined : owner };
  };
  const ofSubport = (subport: SubportFacts): SubportFacts => ({ ...subport, network: completed(subport.network) });
  const ofPort = (port: PortFacts | undefined): PortFacts | undefined =>
    port && {
      ...port,
      network: completed(port.network),
      ...(port.subports && { subports: port.subports.map(ofSubport) }),
    };
  const pools = cloud.pools.map((pool) => ({
    ...pool,
    ports: pool.ports.map(ofPort),
    workerPorts: pool.workerPorts.map((ports) => ports.map(ofPort)),
  }));
  return { ...cloud, network: cloud.network && completed(cloud.network), pools };
}

/** Reads these facts of all networks in one request. Throws a CloudError without an answer. */
export async function readNetworks(client: CloudClient, cloud: CloudFacts, signal: AbortSignal): Promise<CloudFacts> {
  const ids = networkIds(cloud);
  if (ids.length === 0) return cloud;
  const query = new URLSearchParams(ids.map((id): [string, string] => ["id", id]));
  for (const field of ["id", "project_id", "port_security_enabled"]) query.append("fields", field);
  const found = await client.get("network", `/v2.0/networks?${query.toString()}`, networksSchema, signal);
  return withNetworks(cloud, found, client.identity.project);
}
