import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.19, config/v1/types_infrastructure.go: machine networks and addresses in spec and status, as since 4.16.
 * openshift/machine-config-operator, release-4.19, pkg/server/api.go: Ignition 3.5.
 * RHCOS is named after its RHEL from here on: openshift/assisted-service, data/default_os_images.json.
 */
export const openstack419: Release = {
  clusterVersion: "4.19.19",
  gitVersion: "v1.32.9+ab12cd3",
  infrastructure: infrastructure(
    {
      platformSpec: {
        openstack: { apiServerInternalIPs: ["10.0.0.5"], ingressIPs: ["10.0.0.7"], machineNetworks: ["10.0.0.0/16"] },
        type: "OpenStack",
      },
    },
    status({
      platform: "OpenStack",
      platformStatus: {
        openstack: {
          apiServerInternalIP: "10.0.0.5",
          apiServerInternalIPs: ["10.0.0.5"],
          cloudName: "openstack",
          ingressIP: "10.0.0.7",
          ingressIPs: ["10.0.0.7"],
          loadBalancer: { type: "OpenShiftManagedDefault" },
          machineNetworks: ["10.0.0.0/16"],
        },
        type: "OpenStack",
      },
    }),
  ),
  secrets: secrets("3.2.0", "3.5.0"),
  image: "9.6.20251023-0",
};
