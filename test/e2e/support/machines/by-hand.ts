import { clusterTag, portName } from "../../../../components/ports/names.ts";
import { cluster as lab, machineNetwork, openstack } from "../../../lab/settings.ts";
import { cloud } from "../cloud/cloud.ts";
import { idIn, idOf } from "../cloud/ids.ts";
import * as kube from "../cluster/cluster.ts";
import { approveByHand, pendingOf } from "../cluster/identity.ts";
import { until } from "../wait.ts";

/** A worker as an administrator attaches one without this program: by OpenStack's client and `oc`. */
export interface HandMade {
  readonly portId: string;
  readonly serverId: string;
}

async function makePort(worker: string): Promise<string> {
  const port = {
    name: portName(worker, 0),
    network_id: await idOf("network", "/v2.0/networks", "networks", openstack.network),
    fixed_ips: [{ subnet_id: await idOf("network", "/v2.0/subnets", "subnets", openstack.subnet) }],
    "binding:vnic_type": "baremetal",
    allowed_address_pairs: [{ ip_address: machineNetwork.ingressVip }],
    security_groups: [await idOf("network", "/v2.0/security-groups", "security_groups", `${lab.infraId}-worker`)],
  };
  const id = idIn("port", await cloud.send("POST", "network", "/v2.0/ports", { port }));
  await cloud.send("PUT", "network", `/v2.0/ports/${id}/tags`, { tags: [clusterTag(lab.infraId)] });
  return id;
}

/** The pointer that OpenShift's own Machine API gives its workers. */
async function workerUserData(): Promise<string> {
  const { data } = await kube.core.readNamespacedSecret({
    namespace: "openshift-machine-api",
    name: "worker-user-data",
  });
  return data?.["userData"] ?? "";
}

async function makeServer(name: string, portId: string, metadata: Readonly<Record<string, string>>): Promise<string> {
  const server = {
    name,
    flavorRef: await idOf("compute", "/flavors", "flavors", openstack.flavor),
    imageRef: await idOf("image", "/v2/images", "images", openstack.image),
    networks: [{ port: portId }],
    user_data: await workerUserData(),
    config_drive: true,
    metadata,
  };
  return idIn("server", await cloud.send("POST", "compute", "/servers", { server }));
}

/** Approves what asks in the node's name, and nothing else: other tests have requests that must stay pending. */
async function approvePending(nodeName: string): Promise<void> {
  for (const { metadata } of await pendingOf(nodeName)) await approveByHand(metadata?.name ?? "");
}

/** Makes port and server, approves what asks in the worker's name, and returns when the Node is Ready. */
export async function attachByHand(name: string, metadata: Readonly<Record<string, string>> = {}): Promise<HandMade> {
  const portId = await makePort(name);
  const serverId = await makeServer(name, portId, metadata);
  await until(
    `Node ${name}`,
    async () => {
      await approvePending(name);
      const node = await kube.node(name);
      const tainted = node?.spec?.taints?.some(({ key }) => key.startsWith("node.cloudprovider"));
      return node && kube.isReady(node) && !tainted ? node : undefined;
    },
    120,
  );
  return { portId, serverId };
}
