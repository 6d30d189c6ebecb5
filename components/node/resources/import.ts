import { controlPlaneLabels } from "../../kubernetes/labels.ts";
import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { UserError } from "../../lib/errors.ts";
import { addressesOf } from "../cluster/readiness.ts";
import { serverIdOf } from "../csr/names.ts";
import { notedTaints } from "../metadata/apply.ts";
import type { Properties } from "../operation/property-values.ts";
import { asProperties } from "../operation/types.ts";
import { withDefaults } from "../schemas/check.ts";
import { claimInputs } from "../schemas/node-claim.ts";
import { nodeInputs } from "../schemas/openshift-node.ts";

/** Placeholder for the owner of an imported worker, in the form `<organization>/<project>/<stack>`. */
const importedOwner = "imported/imported/imported";

/**
 * The inputs of a worker that is in the cluster already, whoever attached it: what its Node tells, and the defaults for
 * the rest. Its server was made before its Node was: later certificate requests are its own.
 *
 * @throws UserError when the Node does not tell what is needed
 */
export function importedInputs(node: NodeObject): Properties {
  const { name, creationTimestamp } = node.metadata;
  const marks = node.metadata.annotations ?? {};
  const serverId = serverIdOf(node.spec.providerID);
  const fixedIps = addressesOf(node, "InternalIP");
  const role = controlPlaneLabels.find((key) => key in (node.metadata.labels ?? {}));
  const problems = [
    ...(role === undefined ? [] : [`it has the label ${role}: a member of the control plane is not a worker`]),
    ...(serverId === undefined
      ? [`its providerID ${node.spec.providerID ?? "(none)"} does not name a Nova server (openstack:///<id>)`]
      : []),
    ...(fixedIps.length === 0 ? ["it has no InternalIP"] : []),
  ];
  if (serverId === undefined || problems.length > 0) {
    throw new UserError(`node ${name}: it cannot be imported: ${problems.join("; ")}`);
  }
  const known = {
    nodeName: name,
    owner: marks[annotations.owner] ?? importedOwner,
    serverId,
    serverCreated: creationTimestamp,
    powerState: "active",
    fixedIps,
    ...(marks[annotations.specHash] !== undefined && { specHash: marks[annotations.specHash] }),
    taints: notedTaints(node),
    configPath: "args",
  };
  return withDefaults(nodeInputs, asProperties(known));
}

/** The inputs of the claim on such a worker's name. */
export function importedClaim({ metadata: { name, annotations: marks = {} } }: NodeObject): Properties {
  return withDefaults(claimInputs, { nodeName: name, owner: marks[annotations.owner] ?? importedOwner });
}

/** The inputs of such a worker's drain. */
export function importedDrain(node: NodeObject): Properties {
  const { nodeName, owner, serverId, drain, configPath } = importedInputs(node);
  return asProperties({ nodeName, owner, serverId, drain, configPath });
}

export function nothingToImport(nodeName: string, server: string): UserError {
  return new UserError(
    `node ${nodeName}: the cluster ${server} has no Node of that name. The id to import by is the name of a Node: oc get nodes`,
  );
}

/**
 * The inputs that an imported resource's new ones are compared with. Only facts of the Node count: everything else was
 * never set by anybody, and takes effect with the next update that has a reason of its own.
 */
export function formerOfImported(inputs: Properties, news: Properties, facts: readonly string[]): Properties {
  const kept = facts.filter((key) => !sameSet(inputs[key], news[key])).map((key) => [key, inputs[key] ?? null]);
  return { ...news, ...(Object.fromEntries(kept) as Properties) };
}

/** Equal as a value; lists in any order. */
function sameSet(a: unknown, b: unknown): boolean {
  const text = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);
  return text(a) === text(b);
}
