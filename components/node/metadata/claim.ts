import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { Cancelled, until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { readyStatus } from "../cluster/readiness.ts";
import { describeNode } from "../operation/messages.ts";
import { type Operation, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { ClaimInputs } from "../operation/types.ts";

/** ms until the removal of a Node is tried again that the API server did not accept. */
const retryAfter = 1_000;

/**
 * Claims the name of a worker before any of its resources exists: refused while a Node has it. A Node of this very stack
 * whose kubelet does not report may be a leftover: the cloud controller, which can look its server up, gets
 * `removeTimeout` to remove it.
 *
 * @throws UserError when the name is taken
 */
export async function claimName(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
  const { nodeName, owner } = inputs;
  const node = await nodeOf(cluster, operation, inputs);
  if (!node) return;
  const by = node.metadata.annotations?.[annotations.owner];
  if (by !== owner || readyStatus(node) === "True") {
    const description =
      by === undefined ? "which this stack did not create" : `which is annotated as a worker of ${by}`;
    throw taken(nodeName, `${description} (Ready: ${readyStatus(node) ?? "not reported"})`);
  }
  const awaited = () => "the cloud controller to remove a Node whose server is gone";
  await runPhase(
    operation,
    inputs,
    "stale Node",
    awaited,
    (signal) => gone(cluster, node, signal),
    (elapsed) =>
      taken(
        nodeName,
        `of this stack whose kubelet does not report, and which the cloud controller did not remove within ${elapsed}`,
      ),
  );
}

/**
 * Removes the Node after its server is gone, and waits until no Node has the name: a kubelet that was still up may have
 * registered it again meanwhile. The kubelet of a Node without our annotation must have stopped reporting first: while
 * it reports, the Node may be a live machine of somebody else.
 *
 * @throws UserError when the Node is not ours, or when its kubelet still reports or the Node still exists after `removeTimeout` each
 */
export async function releaseName(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
  const { nodeName, owner } = inputs;
  for (let found = await nodeOf(cluster, operation, inputs); found; found = cluster.node(nodeName)) {
    if (mayBeLive(found)) await kubeletStopped(cluster, operation, inputs);
    const node = cluster.node(nodeName);
    if (!node) return;
    const by = node.metadata.annotations?.[annotations.owner];
    if (by !== undefined && by !== owner) {
      throw new UserError(
        `node ${nodeName}: the Node is annotated as a worker of ${by}, not of ${owner}. It was not removed. ` +
          `If that stack is gone, remove the Node (oc delete node ${nodeName}) and run the same command again.`,
      );
    }
    await remove(cluster, operation, inputs, node);
  }
}

async function remove(cluster: Cluster, operation: Operation, inputs: ClaimInputs, node: NodeObject): Promise<void> {
  let refused: string | undefined;
  const work = async (signal: AbortSignal) => {
    const { name, uid } = node.metadata;
    let accepted = false;
    await until({
      signal,
      wake: [(listener) => cluster.nodes.subscribe([name], listener)],
      every: () => (accepted ? undefined : retryAfter),
      test: async () => {
        if (cluster.node(name)?.metadata.uid !== uid) return true;
        if (accepted) return undefined;
        refused = await cluster.deleteNode(node, signal);
        accepted = refused === undefined;
        return undefined;
      },
    });
  };
  const awaited = () => `the removal of Node ${inputs.nodeName}${refused === undefined ? "" : ` (${refused})`}`;
  await runPhase(operation, inputs, "node removal", awaited, work, (elapsed) =>
    unfinished(
      cluster,
      inputs,
      refused === undefined
        ? `it was deleted, but is still there after ${elapsed}: a finalizer holds it, or the API server does not answer`
        : `it was not removed within ${elapsed}: ${refused}`,
    ),
  );
}

/** True for a Node without our annotation whose kubelet reports, Ready or not. */
function mayBeLive(node: NodeObject): boolean {
  const reports = ["True", "False"].includes(readyStatus(node) ?? "");
  return node.metadata.annotations?.[annotations.owner] === undefined && reports;
}

/** The node controller sets Ready to Unknown 40 s after the last report of a kubelet (OpenShift's default grace period). */
async function kubeletStopped(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
  const { nodeName, owner } = inputs;
  const wait = async (signal: AbortSignal) => {
    await until({
      signal,
      wake: [(listener) => cluster.nodes.subscribe([nodeName], listener)],
      test: () => {
        const node = cluster.node(nodeName);
        return node === undefined || !mayBeLive(node) || undefined;
      },
    });
  };
  const currentState = () => {
    const node = cluster.node(nodeName);
    return node && readyStatus(node) === "True" ? "is still Ready" : "still reports";
  };
  const awaited = () => `the kubelet of Node ${nodeName}, which has no annotation of ${owner}, to stop reporting`;
  await runPhase(operation, inputs, "kubelet stopped", awaited, wait, (elapsed) =>
    unfinished(
      cluster,
      inputs,
      `it has no annotation of ${owner}, and ${currentState()} after ${elapsed}: it may be a live machine of somebody else, ` +
        `and was not removed. If nobody needs it, remove it yourself: oc delete node ${nodeName}`,
    ),
  );
}

async function nodeOf(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<NodeObject | undefined> {
  const { nodeName } = inputs;
  const read = (signal: AbortSignal) => cluster.nodes.synced(signal);
  const awaited = () => `API server ${cluster.server}`;
  await runPhase(operation, inputs, "nodes read", awaited, read, (elapsed) =>
    unfinished(cluster, inputs, `the API server ${cluster.server} did not answer within ${elapsed}`),
  );
  return cluster.node(nodeName);
}

/** One phase under the claim's own timeout. */
async function runPhase(
  operation: Operation,
  inputs: ClaimInputs,
  name: string,
  awaiting: () => string,
  work: (signal: AbortSignal) => Promise<void>,
  onTimeout: (elapsed: string) => UserError,
): Promise<void> {
  const { removeTimeout, nodeName } = inputs;
  const timeout = { seconds: removeTimeout, key: "removeTimeout" };
  const phase = { name, deadline: Date.now() + removeTimeout * 1000, timeout, awaiting };
  try {
    await new Timeline(operation).run(phase, work);
  } catch (error) {
    if (error instanceof PhaseTimeout) throw onTimeout(humanDuration(error.elapsed));
    if (!(error instanceof Cancelled)) throw error;
    throw new UserError(
      `node ${nodeName}: cancelled while waiting for ${awaiting()}. Run the same command again to continue.`,
    );
  }
}

function gone(cluster: Cluster, node: NodeObject, signal: AbortSignal): Promise<void> {
  const { name, uid } = node.metadata;
  return until({
    signal,
    wake: [(listener) => cluster.nodes.subscribe([name], listener)],
    test: () => cluster.node(name)?.metadata.uid !== uid || undefined,
  }).then(() => undefined);
}

function taken(nodeName: string, detail: string): UserError {
  return new UserError(
    `node ${nodeName}: the name is taken by a Node ${detail}. Nothing was created. ` +
      `If its machine is gone, remove it (oc delete node ${nodeName}); if it is to stay, give the worker another name; ` +
      "if this stack is to take the worker over, import it (pulumi import).",
  );
}

function unfinished(cluster: Cluster, { nodeName, configPath }: ClaimInputs, detail: string): UserError {
  const key = configPath === undefined ? "removeTimeout of the claim" : `${configPath}.timeouts.nodeRemoval`;
  const apiError = cluster.nodes.lastError ? `; API server: ${cluster.nodes.lastError}` : "";
  return new UserError(
    `node ${nodeName}: ${detail} (timeout: ${key}). ` +
      `Last seen: ${describeNode(cluster.node(nodeName), nodeName)}${apiError}. Run the same command again to continue.`,
  );
}
