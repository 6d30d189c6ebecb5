import type { z } from "zod";
import type { Admission, WorkerFacts } from "../csr/types.ts";
import type { accountKeyInputs } from "../schemas/account-key.ts";
import type { containerClaimInputs } from "../schemas/container-claim.ts";
import type { claimInputs } from "../schemas/node-claim.ts";
import type { drainInputs } from "../schemas/node-drain.ts";
import type { nodeInputs, nodeOutputs } from "../schemas/openshift-node.ts";
import type { trunkClaimInputs } from "../schemas/trunk-claim.ts";
import type { Properties } from "./property-values.ts";

/** What the operations take. It is inferred from the schemas, which say what each property means. */
export type ClaimedWorker = z.output<typeof claimInputs>;
export type AccountKeyInputs = z.output<typeof accountKeyInputs>;
export type ContainerClaimInputs = z.output<typeof containerClaimInputs>;
export type TrunkClaimInputs = z.output<typeof trunkClaimInputs>;
/** With the client key that is to be noted on the Node (csr/keys.ts), by who knows it. */
export type DrainInputs = z.output<typeof drainInputs> & Pick<Admission, "clientKey">;
export type NodeInputs = z.output<typeof nodeInputs> & Pick<WorkerFacts, "joinBy">;

/** What a claim needs in the cluster alone. */
export type ClaimInputs = Omit<ClaimedWorker, "drain" | "deleteTimeout">;

/** What an OpenShiftNode adds to its inputs. */
export type NodeOutputs = z.output<typeof nodeOutputs>;

/** How a node is emptied. */
export type DrainSettings = NodeInputs["drain"];

/** Bounds of a worker's phases in seconds. */
export type NodeTimeouts = NodeInputs["timeouts"];

/** A taint as it stands in a Node's spec. */
export type Taint = NodeInputs["taints"][number];

/** What a command that an error tells to type names the server by. */
export function serverUrnOf({ serverUrn }: NodeInputs): string {
  return serverUrn ?? "<its URN, from `pulumi stack --show-urns`>";
}

/** Inputs and outputs as they go back to the engine. */
export function asProperties(...parts: object[]): Properties {
  return Object.assign({}, ...parts) as Properties;
}
