import * as openstack from "@pulumi/openstack";
import { NodeProvider } from "../components/node-provider.ts";
import type { CloudClient } from "../components/openstack/client.ts";
import type { CloudIdentity } from "../components/openstack/cloud-identity.ts";
import { providerArgs } from "../components/openstack/provider-args.ts";
import type { Config } from "./config/load.ts";
import { countWorkers } from "./config/workers.ts";

/**
 * Told before the provider is declared, which then warns of its own argument `use_octavia`, whether or not it is set: its
 * default, like any value of it, counts as given (terraform-provider-openstack 1.54, openstack/provider.go; its SDK,
 * helper/schema/schema.go, validate). The engine passes the warning on to the user.
 */
export const providerWarning =
  'a warning about "loadbalancer resources" follows: it is the OpenStack provider\'s own, at each run, and harmless; this ' +
  "program has no load balancers";

/** The provider of the cloud's resources: it sees the same cloud as the client that has logged in. */
export function cloudProvider({ cloud }: Config, client: CloudClient): openstack.Provider {
  return new openstack.Provider("cloud", providerArgs(cloud, client.interface));
}

/** What pins a stack: undefined is what could not be told. */
export interface Identities {
  /** uid of the namespace kube-system */
  readonly clusterUid?: string | undefined;
  readonly cloud?: CloudIdentity | undefined;
  /**
   * What shows that the stack's servers are in that project: `yes`, or names of its Nodes of which none has its server
   * there. undefined: nobody knows; then project and region are only compared with those in the state.
   */
  readonly isTheirCloud?: "yes" | readonly string[] | undefined;
}

function cloudArgs({ cloud, isTheirCloud }: Identities): object {
  if (!cloud) return {};
  return {
    cloudProject: cloud.project,
    ...(cloud.region !== "" && { cloudRegion: cloud.region }),
    ...(isTheirCloud === undefined && { cloudUnproven: true }),
    ...(typeof isTheirCloud === "object" && { lostNodes: isTheirCloud.join(", ") }),
  };
}

/** The provider of the cluster's resources. It refuses another cluster, project or region than those in the state. */
export function nodeProvider(config: Config, identities: Identities): NodeProvider {
  const { detach, pools, cloud } = config;
  const { kubeconfig, context, proxy, ca } = config.cluster;
  return new NodeProvider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca }),
    ...(identities.clusterUid !== undefined && { clusterUid: identities.clusterUid }),
    cloud,
    ...cloudArgs(identities),
    clusterUnreachable: detach.clusterUnreachable,
    expectedWorkers: countWorkers(pools),
  });
}
