import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * Platform External: openshift/api, release-4.20, config/v1/types_infrastructure.go, CloudControllerManagerStatus.
 *
 * @param state External: kubelets wait for a cloud controller; None or omitted: they do not
 */
export const external420 = (state?: "External" | "None"): Release => ({
  clusterVersion: "4.20.13",
  gitVersion: "v1.33.6+b4c12f5",
  infrastructure: infrastructure(
    { cloudConfig: { name: "" }, platformSpec: { type: "External", external: { platformName: "openstack" } } },
    status({
      platform: "External",
      platformStatus: {
        external: { cloudControllerManager: state === undefined ? {} : { state } },
        type: "External",
      },
    }),
  ),
  secrets: secrets("3.2.0", "3.5.0", "api-int.lab.example.com"),
  image: "9.6.20260112-0",
});
