import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.12, config/v1/types_infrastructure.go: addresses both as lists and alone, no machine networks.
 * openshift/machine-config-operator, release-4.12, pkg/server/api.go: Ignition 3.2.
 */
export const openstack412: Release = {
  clusterVersion: "4.12.70",
  gitVersion: "v1.25.16+1eb8682",
  infrastructure: infrastructure(
    { platformSpec: { openstack: {}, type: "OpenStack" } },
    status({
      platform: "OpenStack",
      platformStatus: {
        openstack: {
          apiServerInternalIP: "10.0.0.5",
          apiServerInternalIPs: ["10.0.0.5"],
          cloudName: "openstack",
          ingressIP: "10.0.0.7",
          ingressIPs: ["10.0.0.7"],
        },
        type: "OpenStack",
      },
    }),
  ),
  secrets: secrets("3.2.0", "3.2.0"),
  image: "412.86.202310210217-0",
};
