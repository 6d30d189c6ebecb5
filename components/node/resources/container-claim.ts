import { UserError } from "../../lib/errors.ts";
import { removeContainer } from "../leftovers/container.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { containerClaimInputs } from "../schemas/container-claim.ts";
import { parseContainerClaim } from "./inputs.ts";
import type { Resource } from "./resource.ts";

/** The name of a pool's container in the object store: openshift-node:index:ContainerClaim. */
export function containerClaim(cloud: () => StackCloud | undefined): Resource {
  return {
    replacing: ["container"],
    outputs: [],
    check: (inputs) => check(containerClaimInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: (_operation, inputs) => Promise.resolve({ id: parseContainerClaim(inputs).container, state: inputs }),
    former: ({ inputs }) => withDefaults(containerClaimInputs, inputs),
    read: (_operation, known) => {
      if (known.state["container"] === undefined) {
        throw new UserError(`container ${known.id}: a claim on it is made by \`pulumi up\` and cannot be imported`);
      }
      return Promise.resolve(known);
    },
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    needsCluster: false,
    delete: async (operation, { state, inputs }) => {
      const found = cloud();
      if (!found || operation.replacement) return;
      await removeContainer(found, operation, parseContainerClaim({ ...state, ...inputs }));
    },
  };
}
