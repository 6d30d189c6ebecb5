import type { Cluster } from "../cluster/cluster.ts";
import { staleVerdict } from "../cluster/readiness.ts";
import type { Operation } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";
import { UserError } from "../../lib/errors.ts";
import { nameTaken } from "./report.ts";

/** A Node of a former server that has the worker's name. */
export type FormerNode =
  /** it goes: what the join waits for, for its line */
  | { readonly awaited: string }
  /** the API server did not accept its removal, and why: to be tried again */
  | { readonly refused: string };

/**
 * Removes the Node of a former server that has the worker's name, or waits for its kubelet to stop reporting.
 *
 * @returns undefined: no such Node has the name
 * @throws UserError when the Node is somebody else's
 */
export async function removeFormerNode(
  cluster: Cluster,
  operation: Operation,
  inputs: NodeInputs,
  owners: readonly string[],
  signal: AbortSignal,
): Promise<FormerNode | undefined> {
  const node = cluster.node(inputs.nodeName);
  const stale = node && staleVerdict(node, inputs, owners);
  if (!stale || stale.verdict === "keep") return undefined;
  if (stale.verdict === "refuse") throw new UserError(nameTaken(inputs, stale.detail));
  const { uid, name } = node.metadata;
  const refused = stale.verdict === "remove" ? await cluster.deleteNode(node, signal) : undefined;
  if (refused !== undefined) return { refused: `the removal of the former server's Node: ${refused}` };
  const action = stale.verdict === "remove" ? "removed" : "to be removed once its kubelet stops reporting";
  if (cluster.isNews(`${uid} ${stale.verdict}`)) {
    operation.log.info(`the Node of a former server is ${action}: ${stale.detail}`);
  }
  return { awaited: `the former server's Node ${name}, ${action}: ${stale.detail}` };
}
