import * as openstack from "@pulumi/openstack";
import { NodeProvider } from "../components/node-provider.ts";
import { environmentCloud } from "../components/openstack/environment.ts";
import type { Config } from "./config/load.ts";
import { countWorkers } from "./config/workers.ts";

/**
 * The provider of the cloud's resources. For the cloud of the environment it reads the OS_ variables itself, so that none
 * of their secrets gets into the state.
 */
export function cloudProvider({ cloud }: Config): openstack.Provider {
  return new openstack.Provider("cloud", cloud === environmentCloud ? {} : { cloud });
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
