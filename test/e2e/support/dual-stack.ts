import { CustomObjectsApi } from "@kubernetes/client-node";
import { clusterTag } from "../../../components/ports/names.ts";
import { cluster, openstack } from "../../lab/settings.ts";
import type { Undo } from "./cleanup.ts";
import { cloud } from "./cloud/cloud.ts";
import { idIn, idOf } from "./cloud/ids.ts";
import { administrator } from "./cluster/cluster.ts";

/** What makes the lab's machine network one of two IP versions, as far as cloud and cluster tell of it. */

const custom = administrator.makeApiClient(CustomObjectsApi);
const infrastructure = { group: "config.openshift.io", version: "v1", plural: "infrastructures", name: "cluster" };
const networks = "/status/platformStatus/openstack/machineNetworks";

/** The cluster reports a further machine network, as its last. */
export async function addMachineNetwork(cidr: string): Promise<Undo> {
  const patch = (...body: readonly object[]): Promise<unknown> =>
    custom.patchClusterCustomObject({ ...infrastructure, body });
  const object: unknown = await custom.getClusterCustomObject(infrastructure);
  const { status } = object as { status: { platformStatus: { openstack: { machineNetworks: string[] } } } };
  const before = status.platformStatus.openstack.machineNetworks;
  await patch({ op: "add", path: `${networks}/-`, value: cidr });
  return () => patch({ op: "replace", path: networks, value: before });
}

/**
 * A subnet of the machine network whose addresses Neutron allocates, with the installer's tag, as the first has it. Its
 * project's own: another's is not seen there.
 */
export async function makeIpv6Subnet(name: string, cidr: string): Promise<Undo> {
  const network = await idOf("network", "/v2.0/networks", "networks", openstack.network);
  const made = await cloud.send("POST", "network", "/v2.0/subnets", {
    subnet: {
      name,
      cidr,
      network_id: network,
      ip_version: 6,
      ipv6_address_mode: "dhcpv6-stateful",
      ipv6_ra_mode: "dhcpv6-stateful",
    },
  });
  const path = `/v2.0/subnets/${idIn("subnet", made)}`;
  await cloud.send("PUT", "network", `${path}/tags`, { tags: [clusterTag(cluster.infraId)] });
  return () => cloud.remove("network", path);
}
