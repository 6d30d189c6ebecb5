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

/** Ports of the machine networks that may have an address; undefined while there is no such network. */
export async function machinePorts(cloud: CloudQueries): Promise<Port[] | undefined> {
  const names = query("name", [openstack.network, openstack.storageNetwork]);
  const { networks } = Networks.parse(await cloud.get("network", `/v2.0/networks?${names}&fields=id`));
  if (networks.length === 0) return undefined;
  const ids = query(
    "network_id",
    networks.map(({ id }) => id),
  );
  const fields = query("fields", ["mac_address", "fixed_ips", "extra_dhcp_opts", "admin_state_up"]);
  const { ports } = Ports.parse(await cloud.get("network", `/v2.0/ports?${ids}&${fields}`));
  return ports.filter((port) => port.admin_state_up);
}
