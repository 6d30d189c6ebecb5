import { ApiError, isTransient, reasonOf } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import { controllerOf, drainPlan, podName, type PodPlan } from "./drain.ts";
import { cancelled, drainBlocked, drainTimeout, Refusal } from "./errors.ts";
import { annotations, type NodeObject, type PodObject } from "./objects.ts";
import { readyStatus } from "./ready.ts";
import type { Table } from "./table.ts";
import { serverIdOf } from "./addresses.ts";
import { PhaseTimeout, Timeline, type Operation, type Phase } from "./timeline.ts";
import type { NodeInputs } from "./types.ts";
import { Cancelled, until } from "./wait.ts";

/** Evictions under way at once for one node. */
const parallelEvictions = 10;

/** Seconds until a pod is tried again whose eviction failed for another reason than its disruption budget. */
const retryAfterError = 5;

/**
 * A kubelet that is silent confirms no deletion: pods get this grace period, in seconds, and count as gone when they
 * have been terminating for longer (machine-api-operator, drain_controller.go).
 */
const unreachableGrace = 1;

interface Attempt {
  /** ms since the epoch: not before */
  next: number;
  grace: number;
  /** why the last eviction was refused, undefined when it was accepted */
  refused: string | undefined;
}

/** Takes one worker out of service: cordoned, its pods evicted within their disruption budgets, its volumes detached. */
export class Leave {
  readonly #cluster: Cluster;
  readonly #operation: Operation;
  readonly #inputs: NodeInputs;
  readonly #timeline: Timeline;
  readonly #attempts = new Map<string, Attempt>();
  readonly #daemonSets = new Map<string, boolean>();
  #plan: PodPlan[] = [];

  constructor(cluster: Cluster, operation: Operation, inputs: NodeInputs) {
    this.#cluster = cluster;
    this.#operation = operation;
    this.#inputs = inputs;
    this.#timeline = new Timeline(operation);
  }

  /** @throws Refusal when the node could not be drained within its bound or under its policy; it stays cordoned */
  async run(): Promise<void> {
    const { nodeName } = this.#inputs;
    try {
      await this.#phases();
    } catch (error) {
      if (error instanceof PhaseTimeout) throw new Refusal(drainTimeout(error, nodeName, this.#inTheWay()));
      if (error instanceof Cancelled) {
        const kept =
          "The server runs on, the node stays cordoned, evicted pods are elsewhere. The same command goes on from there.";
        throw new Refusal(cancelled(nodeName, this.#timeline.current, kept));
      }
      throw error;
    }
  }

  async #phases(): Promise<void> {
    const { drain, configPath } = this.#inputs;
    const deadline = Date.now() + drain.timeout * 1000;
    const bound = { seconds: drain.timeout, key: `${configPath}.drain.timeout` };
    const phase = (name: string, awaiting: () => string): Phase => ({ name, deadline, bound, awaiting });
    const cordoned = await this.#timeline.run(
      phase("cordon", () => "the API server"),
      (signal) => this.#cordon(signal),
    );
    if (!cordoned) return;
    const drained = phase("drain", () => this.#awaited());
    await this.#timeline.run(drained, (signal) => this.#drain(signal));
    const detached = phase("volumes", () => `the detaching of ${this.#attached().join(", ") || "its volumes"}`);
    await this.#timeline.run(detached, (signal) => this.#detach(signal));
  }

  #node(): NodeObject | undefined {
    return this.#cluster.node(this.#inputs.nodeName);
  }

  #unreachable(): boolean {
    const node = this.#node();
    return node !== undefined && readyStatus(node) === "Unknown";
  }

  /** False when there is nothing to drain. */
  async #cordon(signal: AbortSignal): Promise<boolean> {
    await this.#cluster.nodes.synced(signal);
    const node = this.#node();
    const { owner, serverId, nodeName } = this.#inputs;
    if (!node) return false;
    const marks = node.metadata.annotations ?? {};
    const server = serverIdOf(node.spec.providerID) ?? marks[annotations.serverId];
    if (server !== undefined && server !== serverId) {
      this.#operation.line.warn(
        `Node ${nodeName} belongs to server ${server}, not to ${serverId}: nothing of ours to drain`,
      );
      return false;
    }
    const annotated = marks[annotations.owner];
    if (annotated !== undefined && annotated !== owner) {
      throw new Refusal(`node ${nodeName}: it is annotated as a worker of ${annotated}, not of ${owner}: not drained`);
    }
    await this.#cluster.cordon(node, owner, signal);
    return true;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    const { nodeName } = this.#inputs;
    const pods = this.#cluster.pods.of(nodeName);
    try {
      await pods.synced(signal);
      await until({
        signal,
        wake: [
          (listener) => pods.subscribe([], listener),
          (listener) => this.#cluster.nodes.subscribe([nodeName], listener),
        ],
        every: () => this.#nextAttempt(),
        test: () => this.#evictAll(pods, signal),
      });
    } finally {
      pods.stop();
    }
  }

  /** One round: true when no pod is left that has to go. */
  async #evictAll(pods: Table<PodObject, PodObject>, signal: AbortSignal): Promise<true | undefined> {
    if (!this.#node()) return true;
    const { drain, configPath, nodeName } = this.#inputs;
    const unreachable = this.#unreachable();
    const policy = {
      ignoreDaemonSets: true,
      deleteEmptyDirData: drain.deleteEmptyDirData,
      force: drain.force,
      skipWaitForDelete: unreachable ? unreachableGrace : 0,
    };
    this.#plan = drainPlan(pods.all(), policy, Date.now(), await this.#existingDaemonSets(pods.all(), signal));
    const blocked = this.#plan.filter(({ plan }) => plan.action === "block");
    if (blocked.length > 0) {
      const keys = [
        `the policy: ${configPath}.drain.deleteEmptyDirData, ${configPath}.drain.force`,
        "or remove these pods yourself",
      ];
      throw new Refusal(
        drainBlocked(
          "its drain policy forbids to evict some pods; none was evicted now",
          nodeName,
          this.#inTheWay(),
          keys,
        ),
      );
    }
    const leaving = this.#leaving();
    if (leaving.length === 0) return true;
    const grace = unreachable ? unreachableGrace : drain.gracePeriod;
    const due = leaving.filter((pod) => this.#isDue(pod, grace));
    for (let i = 0; i < due.length; i += parallelEvictions) {
      await Promise.all(due.slice(i, i + parallelEvictions).map((pod) => this.#evict(pod, grace, signal)));
    }
    return undefined;
  }

  #leaving(): PodObject[] {
    return this.#plan.filter(({ plan }) => plan.action === "evict").map(({ pod }) => pod);
  }

  #isDue(pod: PodObject, grace: number): boolean {
    const attempt = this.#attempts.get(pod.metadata.uid);
    if (attempt?.grace !== grace) return true;
    const accepted = attempt.refused === undefined;
    return !accepted && attempt.next <= Date.now();
  }

  async #evict(pod: PodObject, grace: number, signal: AbortSignal): Promise<void> {
    const attempt = (refused: string | undefined, after: number) =>
      this.#attempts.set(pod.metadata.uid, { grace, refused, next: Date.now() + after * 1000 });
    try {
      const eviction = await this.#cluster.pods.evict(pod, grace, signal);
      if (eviction.result === "refused") attempt(eviction.reason, eviction.retryAfter);
      else attempt(undefined, 0);
    } catch (error) {
      // a namespace that terminates refuses evictions until its own controller has removed the pod
      if (!isTransient(error) && !(error instanceof ApiError && error.status === 403)) throw error;
      signal.throwIfAborted();
      attempt(reasonOf(error), retryAfterError);
    }
  }

  /** ms until a pod may be tried again, or counts as gone. */
  #nextAttempt(): number {
    if (this.#unreachable()) return 1000;
    const now = Date.now();
    const next = [...this.#attempts.values()]
      .filter((it) => it.refused !== undefined && it.next > now)
      .map((it) => it.next - now);
    return Math.max(100, Math.min(...next, 30_000));
  }

  async #existingDaemonSets(pods: readonly PodObject[], signal: AbortSignal): Promise<Set<string>> {
    for (const pod of pods) {
      const controller = controllerOf(pod);
      const namespace = pod.metadata.namespace ?? "default";
      const name = `${namespace}/${controller?.name}`;
      if (controller?.kind !== "DaemonSet" || this.#daemonSets.has(name)) continue;
      this.#daemonSets.set(name, await this.#cluster.pods.daemonSetExists(namespace, controller.name, signal));
    }
    return new Set([...this.#daemonSets].filter(([, exists]) => exists).map(([name]) => name));
  }

  async #detach(signal: AbortSignal): Promise<void> {
    if (this.#unreachable()) {
      this.#operation.line.info("the kubelet is silent: its volumes are detached by force once its Node is gone");
      return;
    }
    const { nodeName } = this.#inputs;
    await this.#cluster.volumes.synced(signal);
    await until({
      signal,
      wake: [(listener) => this.#cluster.volumes.subscribe([nodeName], listener)],
      test: () => this.#attached().length === 0 || undefined,
    });
  }

  #attached(): string[] {
    return this.#cluster.volumes
      .of(this.#inputs.nodeName)
      .map((it) => it.spec.source?.persistentVolumeName ?? it.metadata.name);
  }

  #awaited(): string {
    const [first, ...others] = this.#inTheWay();
    if (first === undefined) return "the list of its pods";
    return others.length === 0 ? first : `${first}, and ${others.length} more`;
  }

  /** Each pod that is still to go, with its owner and why it is still there. */
  #inTheWay(): string[] {
    const pods = this.#plan.flatMap(({ pod, plan }) => {
      if (plan.action === "skip") return [];
      const controller = controllerOf(pod);
      const attempt = this.#attempts.get(pod.metadata.uid);
      const terminating = pod.metadata.deletionTimestamp !== undefined ? "evicted, terminating" : "evicted";
      const why =
        plan.action === "block" ? plan.detail : (attempt?.refused ?? (attempt ? terminating : "not evicted yet"));
      return [
        `pod ${podName(pod)} (${controller ? `${controller.kind} ${controller.name}` : "no controller"}): ${why}`,
      ];
    });
    const volumes = this.#attached().map((name) => `volume ${name} is still attached`);
    return [...pods, ...(this.#leaving().length === 0 ? volumes : [])];
  }
}
