import { annotations, type NodeObject, type PodObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled, until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { PodsOfNode } from "../cluster/pods-of-node.ts";
import { readyStatus } from "../cluster/readiness.ts";
import { describeNode } from "../operation/messages.ts";
import { type Operation, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { ClaimInputs } from "../operation/types.ts";
import { serverIdOf } from "../csr/names.ts";
import { ownersOf } from "./ownership.ts";
import { dependsOnPods, releaseVerdict, type ReleaseVerdict } from "./release.ts";

/** ms until the removal of a Node is tried again that the API server did not accept. */
const retryAfter = 1_000;

/**
 * Claims the name of a worker before any of its resources exists: refused while a Node has it. A Node of this very stack
 * whose kubelet does not report may be a leftover: the cloud controller, which can look its server up, gets
 * `removeTimeout` to remove it. A Node on a server of this very stack is that of a worker which its state has lost: `pulumi up`
 * takes both over; and one on the server that the claim adopts. Of the Node only the providerID tells that, which nobody can
 * change.
 *
 * @param isOwnServer whether the cloud has a server of this id, of the worker's name and this stack's
 * @throws UserError when the name is taken
 */
export async function claimName(
  cluster: Cluster,
  operation: Operation,
  inputs: ClaimInputs,
  isOwnServer: (id: string) => Promise<boolean>,
): Promise<void> {
  const { nodeName } = inputs;
  const node = await nodeOf(cluster, operation, inputs);
  if (!node) return;
  const server = serverIdOf(node.spec.providerID);
  if (server !== undefined && (server === inputs.adopts || (await isOwnServer(server)))) return;
  const by = node.metadata.annotations?.[annotations.owner];
  if (by === undefined || !ownersOf(inputs).includes(by) || readyStatus(node) === "True") {
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
 * Removes the Node after its server is gone, and waits until no Node has the name. What may be a live machine that was not
 * drained is left alone (release.ts): another may remove it meanwhile, as the cloud controller does, which looks its server up.
 *
 * @param podsLeft names those of a node's pods that a drain evicts
 * @throws UserError when the Node is somebody else's, or still exists after `removeTimeout`
 */
export async function releaseName(
  cluster: Cluster,
  operation: Operation,
  inputs: ClaimInputs,
  podsLeft: (pods: readonly PodObject[]) => string[],
): Promise<void> {
  const { nodeName } = inputs;
  if (!(await nodeOf(cluster, operation, inputs))) return;
  const pods = cluster.pods.of(nodeName);
  const release = new Release(cluster, inputs, pods, podsLeft);
  const work = (signal: AbortSignal) =>
    until({
      signal,
      wake: [(listener) => cluster.nodes.subscribe([nodeName], listener), (listener) => pods.subscribe(listener)],
      every: () => (release.isRefused ? retryAfter : undefined),
      test: () => release.step(signal),
    });
  try {
    const awaited = () => release.awaited;
    await runPhase(operation, inputs, "node removal", awaited, work, (elapsed) =>
      unfinished(cluster, inputs, release.problem(elapsed)),
    );
  } finally {
    pods.stop();
  }
}

/** The removal of the Nodes of one name, each judged as it is now. */
class Release {
  readonly #cluster: Cluster;
  readonly #inputs: ClaimInputs;
  readonly #pods: PodsOfNode;
  readonly #podsLeft: (pods: readonly PodObject[]) => string[];
  /** uid of the Node whose removal was accepted */
  #removed: string | undefined;
  /** why the API server did not accept the removal */
  #refused: string | undefined;
  #verdict: ReleaseVerdict = { verdict: "remove" };

  constructor(
    cluster: Cluster,
    inputs: ClaimInputs,
    pods: PodsOfNode,
    podsLeft: (pods: readonly PodObject[]) => string[],
  ) {
    this.#cluster = cluster;
    this.#inputs = inputs;
    this.#pods = pods;
    this.#podsLeft = podsLeft;
  }

  get isRefused(): boolean {
    return this.#refused !== undefined;
  }

  /** True once no Node has the name. */
  async step(signal: AbortSignal): Promise<true | undefined> {
    const { nodeName } = this.#inputs;
    const owners = ownersOf(this.#inputs);
    const node = this.#cluster.node(nodeName);
    if (!node) return this.#isGone(signal);
    if (node.metadata.uid === this.#removed) return undefined;
    const withPods = dependsOnPods(node, owners);
    if (withPods) await this.#pods.synced(signal);
    this.#verdict = releaseVerdict(node, owners, withPods ? this.#podsLeft(this.#pods.all()) : []);
    if (this.#verdict.verdict === "refuse") throw notOurs(nodeName, this.#verdict.detail);
    if (this.#verdict.verdict === "wait") {
      this.#refused = undefined;
      return undefined;
    }
    // the last refusal stands until this attempt has ended
    this.#refused = await this.#cluster.deleteNode(node, signal);
    if (this.#refused === undefined) this.#removed = node.metadata.uid;
    return undefined;
  }

  /** Asked of the API server itself: a Node that has just been registered again is not on the watch yet. */
  async #isGone(signal: AbortSignal): Promise<true | undefined> {
    try {
      const found = await this.#cluster.api.find(`/api/v1/nodes/${this.#inputs.nodeName}`, { signal, retries: 0 });
      this.#refused = undefined;
      return found === undefined || undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#cluster.isPassing(error)) throw error;
      this.#refused = reasonOf(error);
      return undefined;
    }
  }

  /** For the resource's line. */
  get awaited(): string {
    if (this.#verdict.verdict === "wait") return this.#verdict.awaited;
    return `the removal of Node ${this.#inputs.nodeName}${this.#refused === undefined ? "" : ` (${this.#refused})`}`;
  }

  /** Why a Node still has the name. */
  problem(elapsed: string): string {
    if (this.#verdict.verdict === "wait") return this.#verdict.problem(elapsed);
    if (this.#refused !== undefined) return `it was not removed within ${elapsed}: ${this.#refused}`;
    return `it was deleted, but is still there after ${elapsed}: a finalizer holds it, or the API server does not answer`;
  }
}

function notOurs(nodeName: string, detail: string): UserError {
  return new UserError(
    `node ${nodeName}: the Node is annotated as ${detail}. It was not removed. ` +
      `If that stack is gone, remove the Node (oc delete node ${nodeName}) and run the same command again.`,
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
  work: (signal: AbortSignal) => Promise<unknown>,
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
      "if this stack is to take over a worker that was attached by hand, list its Node in adopt of its pool.",
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
