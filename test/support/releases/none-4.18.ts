import { infrastructure, type Release, secrets, status } from "./release.ts";

/**
 * User-provisioned, platform None: openshift/api, release-4.18, config/v1/types_infrastructure.go (PlatformStatus has a type
 * alone); openshift/machine-config-operator, pkg/operator/sync.go, getIgnitionHost: the server goes by the name of the API.
 */
export const none418: Release = {
  clusterVersion: "4.18.30",
  gitVersion: "v1.31.13+8cf2f4d",
  infrastructure: infrastructure(
    { cloudConfig: { name: "" }, platformSpec: { type: "None" } },
    status({ platform: "None", platformStatus: { type: "None" } }),
  ),
  secrets: secrets("3.2.0", "3.4.0", "api-int.lab.example.com"),
  image: "418.94.202511191518-0",
};
