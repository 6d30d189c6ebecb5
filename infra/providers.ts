import * as openstack from "@pulumi/openstack";
import { NodeProvider } from "../components/node-provider.ts";
import type { CloudClient } from "../components/openstack/client.ts";
import { providerArgs } from "../components/openstack/provider-args.ts";
import type { Config } from "./config/load.ts";
import { countWorkers } from "./config/workers.ts";

/** The provider of the cloud's resources: it sees the same cloud as the client that has logged in. */
export function cloudProvider({ cloud }: Config, client: CloudClient): openstack.Provider {
  return new openstack.Provider("cloud", providerArgs(cloud, client.interface));
}

/** The provider of the cluster's resources. */
export function nodeProvider({ cluster, detach, pools }: Config, clusterUid: string | undefined): NodeProvider {
  const { kubeconfig, context, proxy, ca } = cluster;
  return new NodeProvider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca }),
    ...(clusterUid !== undefined && { clusterUid }),
    clusterUnreachable: detach.clusterUnreachable,
    expectedWorkers: countWorkers(pools),
  });
}
