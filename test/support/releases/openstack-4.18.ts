import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.18, config/v1/types_infrastructure.go: machine networks and addresses in spec and status, as since 4.16.
 * openshift/machine-config-operator, release-4.18, pkg/controller/common/constants.go: Ignition 3.4.
 * Version of RHCOS: openshift/assisted-service, data/default_os_images.json.
 */
export const openstack418: Release = {
  clusterVersion: "4.18.30",
  gitVersion: "v1.31.13+8cf2f4d",
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
  image: "418.94.202511191518-0",
};
