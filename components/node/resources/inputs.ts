import type { z } from "zod";
import { idOf } from "../metadata/taints.ts";
import type { TimelineEntry } from "../operation/phases.ts";
import type { Properties } from "../operation/property-values.ts";
import type {
  AccountKeyInputs,
  ClaimedWorker,
  ContainerClaimInputs,
  DrainInputs,
  NodeInputs,
  TrunkClaimInputs,
} from "../operation/types.ts";
import { parse } from "../schemas/check.ts";
import { accountKeyInputs } from "../schemas/account-key.ts";
import { containerClaimInputs } from "../schemas/container-claim.ts";
import { storedClaimInputs } from "../schemas/node-claim.ts";
import { drainInputs } from "../schemas/node-drain.ts";
import { nodeOutputs, storedNodeInputs } from "../schemas/openshift-node.ts";
import { storedMembershipInputs } from "../schemas/pool-membership.ts";
import { trunkClaimInputs } from "../schemas/trunk-claim.ts";

/** Properties that Check has passed, as the operations take them; each throws a UserError for a state that holds something else. */

export type MembershipInputs = z.output<typeof storedMembershipInputs>;

const told = (value: unknown) => (typeof value === "string" ? value : "without a name");

export const parseNode = (properties: Properties): NodeInputs =>
  parse(storedNodeInputs, properties, `node ${told(properties["nodeName"])}`);

const nodeMetadata = storedNodeInputs.pick({ labels: true, taints: true });

/** What is to be on a Node; an engine may ask for a refresh without the inputs. */
export const parseNodeMetadata = (properties: Properties, name: string): Pick<NodeInputs, "labels" | "taints"> =>
  parse(nodeMetadata, properties, `node ${name}`);

export const parseClaim = (properties: Properties): ClaimedWorker =>
  parse(storedClaimInputs, properties, `node ${told(properties["nodeName"])}`);

export const parseDrain = (properties: Properties): DrainInputs =>
  parse(drainInputs, properties, `node ${told(properties["nodeName"])}`);

export const parseAccountKey = (properties: Properties): AccountKeyInputs =>
  parse(accountKeyInputs, properties, "the key of the object store's account");

export const parseContainerClaim = (properties: Properties): ContainerClaimInputs =>
  parse(containerClaimInputs, properties, `container ${told(properties["container"])}`);

export const parseTrunkClaim = (properties: Properties): TrunkClaimInputs =>
  parse(trunkClaimInputs, properties, `trunk of port ${told(properties["port"])}`);

export const parseMembership = (properties: Properties): MembershipInputs =>
  parse(storedMembershipInputs, properties, `pool ${told(properties["pool"])}`);

/**
 * Which of the Node's taints are ours (metadata/apply.ts, TaintRecord). A state of an earlier release says it by the taints
 * that its last update has set; an imported worker, or one whose join has not begun, has none of ours yet.
 */
export function ownTaintsOf(state: Properties, nodeName: string): string[] | undefined {
  const { data } = nodeOutputs.shape.ownTaints.safeParse(state["ownTaints"] ?? undefined);
  if (data !== undefined) return data;
  if (state["imported"] === true || state["state"] === "Joining") return undefined;
  return parseNodeMetadata(state, nodeName).taints.map(idOf);
}

const admission = nodeOutputs.pick({ clientKey: true, readmission: true, activeSince: true });

/** What the state knows of the client keys; a state that holds something else must not count as one without a key. */
export const parseAdmission = (properties: Properties): z.output<typeof admission> =>
  parse(admission, properties, `node ${told(properties["nodeName"])}`);

/** The client key that the state knows, for a detach: what is no key must not keep a worker from being detached. */
export const clientKeyOf = (state: Properties): string | undefined =>
  nodeOutputs.shape.clientKey.safeParse(state["clientKey"] ?? undefined).data;

/** The phases of the join; none of a state that holds none. */
export function timelineOf(state: Properties): TimelineEntry[] {
  return nodeOutputs.shape.timeline.safeParse(state["timeline"]).data ?? [];
}
