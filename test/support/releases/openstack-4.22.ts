import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/machine-config-operator, release-4.22: Ignition 3.5, although its RHCOS knows 3.6 (coreos/butane#715).
 * Version of RHCOS: openshift/assisted-service#10441.
 */
export const openstack422: Release = {
  clusterVersion: "4.22.0",
  gitVersion: "v1.35.3+0a1b2c3",
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
  image: "9.8.20260428-0",
};
