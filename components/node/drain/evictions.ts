import pMap from "p-map";
import { ApiError } from "../../kubernetes/api-error.ts";
import { describeBudgets } from "../../kubernetes/disruption-budgets.ts";
import { podName } from "../../kubernetes/pods.ts";
import type { PodObject } from "../../kubernetes/types.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { PodsOfNode } from "../cluster/pods-of-node.ts";
import { readyStatus } from "../cluster/readiness.ts";
import type { ResourceLog } from "../operation/phases.ts";
import type { DrainInputs } from "../operation/types.ts";
import { DaemonSets } from "./daemon-sets.ts";
import { isDenied, removalDenied } from "./denied.ts";
import { remainingDrainTime } from "./minimum.ts";
import { drainPlan, graceOf, type PodPlan, termination, unreachableGrace } from "./policy.ts";

/** Evictions in flight at once for one node. */
const parallel = 10;

/** Seconds until a pod is tried again whose eviction failed for another reason than its disruption budget. */
const retryAfterError = 5;

/** How often the permission to evict a pod must be denied before the drain fails: a token may just have expired. */
const deniedAtMost = 3;

interface Attempt {
  /** ms since the epoch: not tried again before */
  next: number;
  /** evict or delete, and the grace period: tried again at once when that changes */
  method: string;
  /** why the API refused it, undefined when it was accepted */
  refused: string | undefined;
  denied: number;
}

/** A pod that is still on the node, and why. */
export interface Remaining {
  pod: PodObject;
  reason: string;
  /** whether its disruption budget may be what keeps it */
  refused: boolean;
}

/** How the evictions ended: no pod is left that has to go, the Node is gone, or it is no longer ours. */
export type EvictionsEnd = "empty" | "no node" | "not ours";

/** Empties one node of its pods: round by round, until none is left that has to go. */
export class Evictions {
  readonly #cluster: Cluster;
  readonly #log: ResourceLog;
  readonly #inputs: DrainInputs;
  readonly #pods: PodsOfNode;
  readonly #attempts = new Map<string, Attempt>();
  readonly #daemonSets: DaemonSets;
  #plan: PodPlan[] = [];
  #listed = false;
  /** why the last round failed */
  #lastError: string | undefined;
  /** a pod that was bound to the node a moment ago: the watch has not told of it yet */
  #late: PodObject | undefined;
  /** the timeout is over: the remaining pods are deleted */
  #forced = false;
  /** the policy has permitted a round */
  #begun = false;
  readonly #removed = new Set<string>();

  constructor(cluster: Cluster, log: ResourceLog, inputs: DrainInputs) {
    this.#cluster = cluster;
    this.#log = log;
    this.#inputs = inputs;
    this.#pods = cluster.pods.of(inputs.nodeName);
    this.#daemonSets = new DaemonSets(cluster.pods);
  }

  stop(): void {
    this.#pods.stop();
  }

  /** From now on pods are deleted, not evicted: disruption budgets no longer hold. */
  force(): void {
    this.#forced = true;
    this.#begun = false;
  }

  /** The kubelet does not report: the drain does not wait for its confirmation. */
  get unreachable(): boolean {
    const node = this.#cluster.node(this.#inputs.nodeName);
    return node !== undefined && readyStatus(node) === "Unknown";
  }

  /** Why the API server cannot be read, undefined while it answers. */
  get lastError(): string | undefined {
    return this.#pods.lastError ?? this.#lastError;
  }

  /** The pods of the node have been read completely. */
  get listed(): boolean {
    return this.#listed;
  }

  /** The names of the pods whose eviction or deletion was accepted. */
  get removed(): string[] {
    return [...this.#removed];
  }

  /** A pod is on the node whose eviction the policy forbids. */
  get isBlocked(): boolean {
    return this.#plan.some(({ plan }) => plan.action === "block");
  }

  /** The pods that stay on the node. */
  get skipped(): PodObject[] {
    return this.#plan.filter(({ plan }) => plan.action === "skip").map(({ pod }) => pod);
  }

  /** A pod that was bound to the node a moment ago, of which nothing else is known yet. */
  get late(): PodObject | undefined {
    return this.#late;
  }

  /** Calls the listener when the pods of the node change. */
  subscribe(listener: () => void): () => void {
    return this.#pods.subscribe(listener);
  }

  /**
   * ms for which a node without pods is still watched: the scheduler may bind one that it placed before it saw the cordon. A
   * kubelet that does not report would not start it.
   */
  get settling(): number {
    const node = this.#cluster.node(this.#inputs.nodeName);
    if (!node || this.unreachable) return 0;
    const { minDrainTime: minimum } = this.#cluster;
    const timeout = this.#inputs.drain.timeout * 1000;
    const age = { ...this.#cluster.cordonTimes(node), now: Date.now(), timeout };
    return remainingDrainTime({ ...age, ...(minimum !== undefined && { minimum }) });
  }

  /**
   * Resolves once no pod is left that has to go, or the Node is gone. A pod that the policy forbids to evict ends a drain
   * that has not begun. One that appears later, as that of `oc debug node`, which needs no scheduler, is waited for.
   *
   * @param keepCordoned runs before each round; false: the Node is no longer ours
   * @throws BlockedByPolicy when the policy forbids the eviction of a pod from the start
   */
  async run(keepCordoned: () => Promise<boolean>, signal: AbortSignal): Promise<EvictionsEnd> {
    const { nodeName } = this.#inputs;
    await this.#pods.synced(signal);
    this.#listed = true;
    return until({
      signal,
      wake: [(listener) => this.subscribe(listener), (listener) => this.#cluster.nodes.subscribe([nodeName], listener)],
      every: () => this.#nextAttempt(),
      test: async () => {
        const kept = this.#cluster.node(nodeName) !== undefined && (await keepCordoned());
        if (kept) return this.#round(signal);
        if (this.#cluster.node(nodeName)) return "not ours";
        return (await this.#planned(signal)) && (await this.#knowsAll(signal)) ? "no node" : undefined;
      },
    });
  }

  /** False when the API server does not answer: the round has to be repeated. */
  async #planned(signal: AbortSignal): Promise<boolean> {
    const { drain } = this.#inputs;
    this.#lastError = undefined;
    const daemonSets = await this.#orLater(() => this.#daemonSets.existing(() => this.#pods.all(), signal), signal);
    if (daemonSets === undefined) return false;
    const policy = {
      ignoreDaemonSets: true,
      deleteEmptyDirData: drain.deleteEmptyDirData,
      force: drain.force,
      skipWaitForDelete: this.unreachable ? unreachableGrace : 0,
    };
    this.#plan = drainPlan(this.#pods.all(), policy, Date.now(), daemonSets);
    return true;
  }

  async #round(signal: AbortSignal): Promise<"empty" | undefined> {
    if (!(await this.#planned(signal))) return undefined;
    if (this.isBlocked && !this.#begun) throw new BlockedByPolicy();
    this.#begun = true;
    const leaving = this.#plan.filter(({ plan }) => plan.action === "evict").map(({ pod }) => pod);
    if (leaving.length === 0) {
      if (this.isBlocked || this.settling > 0) return undefined;
      return (await this.#knowsAll(signal)) ? "empty" : undefined;
    }
    const due = leaving.filter((pod) => this.#isDue(pod));
    await pMap(due, (pod) => this.#remove(pod, signal), { concurrency: parallel });
    return undefined;
  }

  /**
   * Whether no pod is on the node that is not known. What is known may be as old as the answer that told it: a list that was
   * slow, a watch that is broken. The scheduler binds for some seconds after the cordon, so they are read once more after
   * that. A pod that shows then comes by the watch, too, and is evicted or, where the Node is gone, named.
   */
  async #knowsAll(signal: AbortSignal): Promise<boolean> {
    const { nodeName } = this.#inputs;
    const known = new Set(this.#plan.map(({ pod }) => pod.metadata.uid));
    this.#late = undefined;
    const pods = await this.#orLater(() => this.#cluster.pods.now(nodeName, signal), signal);
    this.#late = pods?.find(({ metadata }) => !known.has(metadata.uid));
    return pods !== undefined && this.#late === undefined;
  }

  /** The answer; undefined when the API server gives none: the round has to be repeated. */
  async #orLater<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#cluster.isPassing(error)) throw error;
      this.#lastError = reasonOf(error);
      return undefined;
    }
  }

  #methodOf(pod: PodObject): { deletes: boolean; grace: number; key: string } {
    const { gracePeriod, disableEviction } = this.#inputs.drain;
    const deletes = disableEviction || this.#forced;
    const grace = graceOf(pod, { gracePeriod, unreachable: this.unreachable, forced: this.#forced });
    return { deletes, grace, key: `${deletes ? "delete" : "evict"} ${grace}` };
  }

  #isDue(pod: PodObject): boolean {
    const attempt = this.#attempts.get(pod.metadata.uid);
    if (attempt?.method !== this.#methodOf(pod).key) return true;
    return attempt.refused !== undefined && attempt.next <= Date.now();
  }

  async #remove(pod: PodObject, signal: AbortSignal): Promise<void> {
    const { pods } = this.#cluster;
    const { deletes, grace, key } = this.#methodOf(pod);
    const before = this.#attempts.get(pod.metadata.uid);
    const record = (refused: string | undefined, after = 0, denied = 0) =>
      this.#attempts.set(pod.metadata.uid, { method: key, refused, denied, next: Date.now() + after * 1000 });
    try {
      const removal = await (deletes ? pods.delete(pod, grace, signal) : pods.evict(pod, grace, signal));
      if (removal.result === "accepted") this.#removed.add(deletes ? `${podName(pod)} (deleted)` : podName(pod));
      if (removal.result === "refused") record(removal.reason, removal.retryAfter);
      else record(undefined);
    } catch (error) {
      signal.throwIfAborted();
      const passing = this.#cluster.isPassing(error);
      const denied = !passing && isDenied(error) ? (before?.denied ?? 0) + 1 : 0;
      // any answer is about this pod at this moment: a webhook or a policy denies it, or its namespace terminates
      if (!passing && !(error instanceof ApiError)) throw error;
      if (denied >= deniedAtMost && isDenied(error))
        throw new UserError(removalDenied(this.#inputs.nodeName, pod, error));
      if (before === undefined && isAmbiguous(error)) await this.#warnOfSeveral(pod, signal);
      record(reasonOf(error), retryAfterError, denied);
    }
  }

  /** Waiting does not help here: reported at once, while there is time to change a budget. */
  async #warnOfSeveral(pod: PodObject, signal: AbortSignal): Promise<void> {
    const cause = await this.#cluster.pods.budgets(pod.metadata.namespace ?? "default", signal).then(
      (budgets) => describeBudgets(pod, budgets) ?? "several disruption budgets select it",
      (error: unknown) => `several disruption budgets select it (they could not be read: ${reasonOf(error)})`,
    );
    this.#log.warn(`node ${this.#inputs.nodeName}: pod ${podName(pod)} cannot be evicted: ${cause}`);
  }

  /** ms until a pod may be tried again, or counts as gone. */
  #nextAttempt(): number {
    if (this.unreachable) return 1000;
    const now = Date.now();
    const next = [...this.#attempts.values()]
      .filter((it) => it.refused !== undefined && it.next > now)
      .map((it) => it.next - now);
    const settling = this.settling > 0 ? [this.settling] : [];
    return Math.max(100, Math.min(...next, ...settling, this.#lastError === undefined && !this.#late ? 30_000 : 1_000));
  }

  /** Each pod that is still to go, and why it is still there. */
  remaining(): Remaining[] {
    const there = new Map(this.#pods.all().map((pod) => [pod.metadata.uid, pod]));
    return this.#plan.flatMap(({ pod, plan }): Remaining[] => {
      if (plan.action === "skip" || !there.has(pod.metadata.uid)) return [];
      if (plan.action === "block") return [{ pod, reason: plan.detail, refused: false }];
      const attempt = this.#attempts.get(pod.metadata.uid);
      if (attempt?.refused !== undefined) return [{ pod, reason: attempt.refused, refused: true }];
      if (attempt === undefined) return [{ pod, reason: "not evicted yet", refused: false }];
      const method = attempt.method.startsWith("delete") ? "deleted" : "evicted";
      const progress = termination(there.get(pod.metadata.uid) ?? pod, Date.now());
      return [{ pod, reason: progress === undefined ? method : `${method}, ${progress}`, refused: false }];
    });
  }
}

/** The drain policy forbids the eviction of some pods. */
export class BlockedByPolicy extends Error {}

/** Several budgets select the pod (kubernetes, registry/core/pod/storage/eviction.go): the API answers 500 until one of them changes. */
function isAmbiguous(error: unknown): boolean {
  return error instanceof ApiError && error.message.includes("more than one PodDisruptionBudget");
}
