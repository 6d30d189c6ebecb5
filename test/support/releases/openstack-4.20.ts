import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.20, config/v1/types_infrastructure.go: machine networks and addresses in spec and status, as since 4.16.
 * openshift/machine-config-operator, release-4.20, pkg/server/api.go: Ignition 3.5, 400 to whoever knows a later one.
 * Version of RHCOS: openshift/assisted-service, data/default_os_images.json.
 */
export const openstack420: Release = {
  clusterVersion: "4.20.13",
  gitVersion: "v1.33.6+b4c12f5",
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
  image: "9.6.20260112-0",
};
