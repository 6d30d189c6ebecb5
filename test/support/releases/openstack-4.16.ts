import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.16, config/v1/types_infrastructure.go: machine networks and addresses in spec and status.
 * openshift/machine-config-operator, release-4.16, pkg/controller/common/constants.go: Ignition 3.4.
 * Version of RHCOS: openshift/assisted-service, data/default_os_images.json.
 */
export const openstack416: Release = {
  clusterVersion: "4.16.51",
  gitVersion: "v1.29.14+7cf4c05",
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
  secrets: secrets("3.2.0", "3.4.0"),
  image: "416.94.202510081640-0",
};
