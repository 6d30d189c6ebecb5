import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { NodeProvider } from "openstack-baremetal-compute";
import { lookups } from "openstack-baremetal-compute/lookups";
import { declarePool } from "./pool.ts";

/** Looks the config's names up, and declares a pool. The cluster is that of KUBECONFIG. */
export default async function main(): Promise<Record<string, unknown>> {
  const config = new pulumi.Config();
  const cloud = config.require("cloud");
  const provider = new openstack.Provider("cloud", { cloud });
  const named = (key: string): { name: string } => ({ name: config.require(key) });
  const [flavor, image, network, subnet] = await Promise.all([
    openstack.compute.getFlavor(named("flavor"), { provider }),
    openstack.images.getImage({ ...named("image"), mostRecent: true }, { provider }),
    openstack.networking.getNetwork(named("network"), { provider }),
    openstack.networking.getSubnet(named("subnet"), { provider }),
  ]);
  const place = {
    infraId: config.require("infraId"),
    owner: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
    machineConfigServer: config.require("machineConfigServer"),
    authority: config.require("authority"),
    flavor: { id: flavor.id, ...named("flavor") },
    image: { id: image.id, ...named("image") },
    port: { networkId: network.id, subnet: { id: subnet.id, ipVersion: 4 as const } },
  };
  const cluster = new NodeProvider("cluster", { cloud });
  const pool = declarePool(config.require("pool"), place, await lookups(cloud), [provider, cluster]);
  const workers = await pool.attach();
  return { workers: workers.map(({ name, addresses, state }) => ({ name, addresses, state })) };
}
