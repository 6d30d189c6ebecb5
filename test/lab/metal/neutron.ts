import { z } from "zod";
import type { CloudQueries } from "../cloud.ts";
import { openstack } from "../settings.ts";
import type { Port } from "./hosts.ts";

const Networks = z.object({ networks: z.array(z.object({ id: z.string() })) });
const Ports = z.object({
  ports: z.array(
    z.object({
      mac_address: z.string(),
      admin_state_up: z.boolean(),
      fixed_ips: z.array(z.object({ ip_address: z.string() })),
    }),
  ),
});

/** Ports of the machine network that may have an address; undefined while there is no such network. */
export async function machinePorts(cloud: CloudQueries): Promise<Port[] | undefined> {
  const list = await cloud.get("network", `/v2.0/networks?name=${openstack.network}&fields=id`);
  const network = Networks.parse(list).networks[0];
  if (!network) return undefined;
  const fields = "fields=mac_address&fields=fixed_ips&fields=admin_state_up";
  const { ports } = Ports.parse(await cloud.get("network", `/v2.0/ports?network_id=${network.id}&${fields}`));
  return ports.filter((port) => port.admin_state_up);
}
