import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { removeTrunk } from "../leftovers/trunk.ts";
import { trunkClaimInputs } from "../schemas/trunk-claim.ts";
import { cloudClaim } from "./cloud-claim.ts";
import { parseTrunkClaim } from "./inputs.ts";
import type { Resource } from "./resource.ts";

/** The trunk on a worker's port: openshift-node:index:TrunkClaim. */
export const trunkClaim = (cloud: () => StackCloud | undefined): Resource =>
  cloudClaim(cloud, {
    key: "port",
    what: (name) => `trunk of port ${name}`,
    schema: trunkClaimInputs,
    parse: parseTrunkClaim,
    remove: removeTrunk,
  });
