import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * openshift/api, release-4.14, config/v1/types_infrastructure.go: the load balancer's type is new.
 * openshift/machine-config-operator, release-4.14, pkg/controller/common/constants.go: Ignition 3.4.
 * Version of RHCOS: openshift/assisted-service, data/default_os_images.json.
 */
export const openstack414: Release = {
  clusterVersion: "4.14.34",
  gitVersion: "v1.27.16+03a907c",
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
          loadBalancer: { type: "OpenShiftManagedDefault" },
        },
        type: "OpenStack",
      },
    }),
  ),
  secrets: secrets("3.2.0", "3.4.0"),
  image: "414.92.202407091253-0",
};
