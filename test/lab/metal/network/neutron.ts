import { z } from "zod";
import type { CloudQueries } from "../../cloud.ts";
import { openstack } from "../../settings.ts";
import type { Port } from "./hosts.ts";

const Networks = z.object({ networks: z.array(z.object({ id: z.string() })) });
const Ports = z.object({
  ports: z.array(
    z.object({
      mac_address: z.string(),
      admin_state_up: z.boolean(),
      fixed_ips: z.array(z.object({ ip_address: z.string() })),
      extra_dhcp_opts: z.array(z.object({ opt_name: z.string(), opt_value: z.string(), ip_version: z.number() })),
    }),
  ),
});

const query = (name: string, values: readonly string[]): string => values.map((value) => `${name}=${value}`).join("&");

/** Ids of the machine networks; empty while there are none. */
export async function machineNetworkIds(cloud: CloudQueries): Promise<string[]> {
  const names = query("name", [openstack.network, openstack.storageNetwork]);
  const { networks } = Networks.parse(await cloud.get("network", `/v2.0/networks?${names}&fields=id`));
  return networks.map(({ id }) => id);
}

/** Ports of the networks that may have an address. */
export async function portsOf(cloud: CloudQueries, networkIds: readonly string[]): Promise<Port[]> {
  const fields = query("fields", ["mac_address", "fixed_ips", "extra_dhcp_opts", "admin_state_up"]);
  const { ports } = Ports.parse(await cloud.get("network", `/v2.0/ports?${query("network_id", networkIds)}&${fields}`));
  return ports.filter((port) => port.admin_state_up);
}
