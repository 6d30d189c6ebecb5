import { infrastructure, type Release, secrets, status } from "./release.ts";

/** Platform BareMetal: openshift/api, release-4.20, config/v1/types_infrastructure.go, BareMetalPlatformStatus. */
export const baremetal420: Release = {
  clusterVersion: "4.20.13",
  gitVersion: "v1.33.6+b4c12f5",
  infrastructure: infrastructure(
    {
      platformSpec: {
        baremetal: { apiServerInternalIPs: ["10.0.0.5"], ingressIPs: ["10.0.0.7"], machineNetworks: ["10.0.0.0/16"] },
        type: "BareMetal",
      },
    },
    status({
      platform: "BareMetal",
      platformStatus: {
        baremetal: {
          apiServerInternalIP: "10.0.0.5",
          apiServerInternalIPs: ["10.0.0.5"],
          ingressIP: "10.0.0.7",
          ingressIPs: ["10.0.0.7"],
          loadBalancer: { type: "OpenShiftManagedDefault" },
          machineNetworks: ["10.0.0.0/16"],
        },
        type: "BareMetal",
      },
    }),
  ),
  secrets: secrets("3.2.0", "3.5.0"),
  image: "9.6.20260112-0",
};
