import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-5.0, config/v1/types_infrastructure.go: the kind of DNS records is new, and what is deprecated is still there.
 * openshift/machine-config-operator, release-5.0: Ignition 3.5; openshift/kubernetes#2776: Kubernetes 1.36.
 * Version of RHCOS: red-hat-storage/ocs-ci#16005.
 */
export const openstack50: Release = {
  clusterVersion: "5.0.0",
  gitVersion: "v1.36.3+1f2e3d4",
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
          dnsRecordsType: "Internal",
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
  image: "10.2.20260817-0",
};
