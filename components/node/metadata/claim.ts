import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { seconds } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { Cancelled, until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { readyStatus } from "../cluster/readiness.ts";
import { describeNode } from "../operation/messages.ts";
import { type Operation, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { ClaimInputs } from "../operation/types.ts";

/**
 * The name of a worker, before anything of it exists: refused while a Node has it. A silent Node of this very stack may
 * be a leftover: the cloud controller, which can look its server up, gets `removeTimeout` to remove it.
 *
 * @throws UserError when the name is taken
 */
export async function claimName(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
  const { nodeName, owner } = inputs;
  const node = await nodeOf(cluster, operation, inputs);
  if (!node) return;
  const by = node.metadata.annotations?.[annotations.owner];
  if (by !== owner || readyStatus(node) === "True") {
    const whose = by === undefined ? "which this stack did not make" : `which is annotated as a worker of ${by}`;
    throw taken(nodeName, `${whose} (Ready: ${readyStatus(node) ?? "not reported"})`);
  }
  const awaited = "the cloud controller to remove a Node whose server is gone";
  await bounded(
    operation,
    inputs,
    "stale Node",
    awaited,
    (signal) => gone(cluster, node, signal),
    (elapsed) =>
      taken(
        nodeName,
        `of this stack whose kubelet is silent, and which the cloud controller did not remove in ${elapsed}`,
      ),
  );
}

/**
 * Removes the Node after its server is gone, and waits until no Node has the name: a kubelet that was still up may have
 * registered it anew meanwhile. One without our mark must have fallen silent first: while its kubelet reports, it may be
 * somebody else's live machine.
 *
 * @throws UserError when the Node is somebody else's, or does not fall silent or go within `removeTimeout` each
 */
export async function releaseName(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
  const { nodeName, owner } = inputs;
  for (let found = await nodeOf(cluster, operation, inputs); found; found = cluster.node(nodeName)) {
    if (mayBeLive(found)) await silent(cluster, operation, inputs);
    const node = cluster.node(nodeName);
    if (!node) return;
    const by = node.metadata.annotations?.[annotations.owner];
    if (by !== undefined && by !== owner) {
      throw new UserError(`node ${nodeName}: it is annotated as a worker of ${by}, not of ${owner}: not removed`);
    }
    await remove(cluster, operation, inputs, node);
  }
}

async function remove(cluster: Cluster, operation: Operation, inputs: ClaimInputs, node: NodeObject): Promise<void> {
  const work = async (signal: AbortSignal) => {
    await cluster.deleteNode(node, signal);
    await gone(cluster, node, signal);
  };
  await bounded(operation, inputs, "node removal", `Node ${inputs.nodeName} to be gone`, work, (elapsed) =>
    unfinished(
      cluster,
      inputs,
      `it is removed, but still there after ${elapsed}: a finalizer keeps it, or the API server does not answer`,
    ),
  );
}

/** Not ours for everybody to see, and its kubelet reports, Ready or not. */
function mayBeLive(node: NodeObject): boolean {
  const reports = ["True", "False"].includes(readyStatus(node) ?? "");
  return node.metadata.annotations?.[annotations.owner] === undefined && reports;
}

/** The node monitor takes a kubelet for silent (Ready: Unknown) 40 s after its last word (OpenShift's default grace period). */
async function silent(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<void> {
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
  const signOfLife = () => {
    const node = cluster.node(nodeName);
    return node && readyStatus(node) === "True" ? "is still Ready" : "still reports";
  };
  const awaited = `Node ${nodeName}, which has no annotation of ${owner}, to fall silent`;
  await bounded(operation, inputs, "silence", awaited, wait, (elapsed) =>
    unfinished(
      cluster,
      inputs,
      `it has no annotation of ${owner}, and ${signOfLife()} after ${elapsed}: it may be somebody else's live machine, ` +
        `and is not removed. If it is nobody's, remove it yourself: oc delete node ${nodeName}`,
    ),
  );
}

async function nodeOf(cluster: Cluster, operation: Operation, inputs: ClaimInputs): Promise<NodeObject | undefined> {
  const { nodeName } = inputs;
  const read = (signal: AbortSignal) => cluster.nodes.synced(signal);
  await bounded(operation, inputs, "nodes read", `API server ${cluster.server}`, read, (elapsed) =>
    unfinished(cluster, inputs, `the API server ${cluster.server} did not answer within ${elapsed}`),
  );
  return cluster.node(nodeName);
}

/** One phase under the claim's own bound. */
async function bounded(
  operation: Operation,
  inputs: ClaimInputs,
  name: string,
  awaited: string,
  work: (signal: AbortSignal) => Promise<void>,
  late: (elapsed: string) => UserError,
): Promise<void> {
  const { removeTimeout, nodeName } = inputs;
  const bound = { seconds: removeTimeout, key: "removeTimeout" };
  const phase = { name, deadline: Date.now() + removeTimeout * 1000, bound, awaiting: () => awaited };
  try {
    await new Timeline(operation).run(phase, work);
  } catch (error) {
    if (error instanceof PhaseTimeout) throw late(seconds(error.elapsed));
    if (!(error instanceof Cancelled)) throw error;
    throw new UserError(
      `node ${nodeName}: cancelled while waiting for ${awaited}. The same command goes on from there.`,
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
    `node ${nodeName}: the name is taken by a Node ${detail}. Nothing was made. ` +
      `If its machine is gone, remove it (oc delete node ${nodeName}); if it is to stay, give the worker another name; ` +
      "if it is a worker that this stack is to take over, import it (pulumi import).",
  );
}

function unfinished(cluster: Cluster, { nodeName, configPath }: ClaimInputs, detail: string): UserError {
  const bound = configPath === undefined ? "removeTimeout of the claim" : `${configPath}.timeouts.nodeRemoval`;
  const trouble = cluster.nodes.lastError ? `; API server: ${cluster.nodes.lastError}` : "";
  return new UserError(
    `node ${nodeName}: ${detail} (bound: ${bound}). ` +
      `Last seen: ${describeNode(cluster.node(nodeName), nodeName)}${trouble}. The same command goes on from here.`,
  );
}
