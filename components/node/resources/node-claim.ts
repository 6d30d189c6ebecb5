import type { Cluster } from "../cluster/cluster.ts";
import { readNode } from "../cluster/reading.ts";
import { podsLeft } from "../drain/policy.ts";
import { claimName, releaseName } from "../metadata/claim.ts";
import type { Operation } from "../operation/phases.ts";
import { asProperties } from "../operation/types.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { claimInputs } from "../schemas/node-claim.ts";
import { formerOfImported, importedClaim, nothingToImport } from "./import.ts";
import { parseClaim } from "./inputs.ts";
import type { Known, Resource } from "./resource.ts";

/** The name of a worker in the cluster: openshift-node:index:NodeClaim. */
export function nodeClaim(cluster: () => Promise<Cluster>): Resource {
  return {
    replacing: ["nodeName"],
    outputs: [],
    check: (inputs) => check(claimInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: async (operation, properties) => {
      const inputs = parseClaim(properties);
      await claimName(await cluster(), operation, inputs);
      return { id: inputs.nodeName, state: properties };
    },
    former: ({ inputs, state }, news) =>
      state["imported"] === true
        ? formerOfImported(state, news, ["nodeName"])
        : // a state of an earlier release has not all of them
          withDefaults(claimInputs, inputs),
    // a claim is a fact of this stack: nothing of the cluster changes it
    read: async (operation, known) =>
      known.state["nodeName"] === undefined ? importClaim(await cluster(), operation, known.id) : known,
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    // an imported one may have new inputs without an update
    delete: async (operation, { state, inputs }) =>
      releaseName(await cluster(), operation, parseClaim(asProperties(state, inputs)), podsLeft),
  };
}

/** `pulumi import` of the name of a worker that somebody else attached. */
async function importClaim(cluster: Cluster, operation: Operation, nodeName: string): Promise<Known> {
  const node = await readNode(cluster, operation, nodeName);
  if (!node) throw nothingToImport(nodeName, cluster.server);
  const inputs = importedClaim(node);
  return { id: nodeName, inputs, state: asProperties(inputs, { imported: true }) };
}
