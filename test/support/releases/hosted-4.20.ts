import { infrastructure, status } from "./release.ts";

/**
 * A hosted cluster: openshift/api, config/v1/types_infrastructure.go, ExternalTopologyMode, which openshift/hypershift sets for
 * every one of its platforms (support/globalconfig/infrastructure.go).
 */
export const hosted420 = infrastructure(
  { platformSpec: { type: "None" } },
  status({ platform: "None", platformStatus: { type: "None" } }, { controlPlaneTopology: "External" }),
);
