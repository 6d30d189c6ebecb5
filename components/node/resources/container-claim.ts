import { removeContainer } from "../leftovers/container.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { containerClaimInputs } from "../schemas/container-claim.ts";
import { cloudClaim } from "./cloud-claim.ts";
import { parseContainerClaim } from "./inputs.ts";
import type { Resource } from "./resource.ts";

/** The name of a pool's container in the object store: openshift-node:index:ContainerClaim. */
export const containerClaim = (cloud: () => StackCloud | undefined): Resource =>
  cloudClaim(cloud, {
    key: "container",
    what: (name) => `container ${name}`,
    schema: containerClaimInputs,
    parse: parseContainerClaim,
    remove: removeContainer,
  });
