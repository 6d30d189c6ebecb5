import { check, claimOptional, claimShape } from "./check.ts";
import { claimName, releaseName } from "./claim.ts";
import type { Cluster } from "./cluster.ts";
import type { Resource } from "./resource.ts";
import { asClaim } from "./types.ts";

/** The name of a worker in the cluster: openshift-node:index:NodeClaim. */
export function nodeClaim(cluster: () => Promise<Cluster>): Resource {
  return {
    replacing: ["nodeName"],
    outputs: [],
    check: (inputs) => check(inputs, claimShape, claimOptional),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: async (operation, properties) => {
      const inputs = asClaim(properties);
      await claimName(await cluster(), operation, inputs);
      return { id: inputs.nodeName, state: properties };
    },
    // a claim is a fact of this stack: nothing of the cluster changes it
    read: (_operation, known) => Promise.resolve(known),
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    delete: async (operation, known) => releaseName(await cluster(), operation, asClaim(known.state)),
  };
}
