import { UserError } from "../../lib/errors.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { removeTrunk } from "../leftovers/trunk.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { trunkClaimInputs } from "../schemas/trunk-claim.ts";
import { parseTrunkClaim } from "./inputs.ts";
import type { Resource } from "./resource.ts";

/** The trunk on a worker's port: openshift-node:index:TrunkClaim. */
export function trunkClaim(cloud: () => StackCloud | undefined): Resource {
  return {
    replacing: ["port"],
    outputs: [],
    check: (inputs) => check(trunkClaimInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: (_operation, inputs) => Promise.resolve({ id: parseTrunkClaim(inputs).port, state: inputs }),
    former: ({ inputs }) => withDefaults(trunkClaimInputs, inputs),
    read: (_operation, known) => {
      if (known.state["port"] === undefined) {
        throw new UserError(`trunk of port ${known.id}: a claim on it is made by \`pulumi up\` and cannot be imported`);
      }
      return Promise.resolve(known);
    },
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    needsCluster: false,
    delete: async (operation, { state, inputs }) => {
      const found = cloud();
      if (!found || operation.replacement) return;
      await removeTrunk(found, operation, parseTrunkClaim({ ...state, ...inputs }));
    },
  };
}
