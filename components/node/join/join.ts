import { ApiError } from "../../kubernetes/api-error.ts";
import type { NodeObject } from "../../kubernetes/types.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled, until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { readiness, servingAwaits, servingState, type ServingState } from "../cluster/readiness.ts";
import { isClientOf } from "../csr/judge.ts";
import type { Admission } from "../csr/types.ts";
import { uncordon } from "../drain/cordon.ts";
import { applyMetadata, type TaintRecord } from "../metadata/apply.ts";
import { cancelled } from "../operation/messages.ts";
import { type Operation, type Phase, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { NodeInputs, NodeOutputs } from "../operation/types.ts";
import { bootAwaits, type BootProgress } from "./boot-progress.ts";
import type { CloudReport } from "./cloud-view.ts";
import { removeFormerNode } from "./former-node.ts";
import { withJoinBy } from "./join-by.ts";
import { kubeletPort, KubeletWatch } from "./kubelet-port.ts";
import { describeLastSeen } from "./last-seen.ts";
import { warnIfMissing } from "./missing.ts";
import { outputsOf } from "./outputs.ts";
import { apiRefused, contradictory, joinTimeout, nodeVanished } from "./report.ts";
import { JoinRequests } from "./requests.ts";

/** What the state says of a worker, beside its inputs. */
export interface JoinRecord {
  readonly taints: TaintRecord;
  /** which client keys the server may have */
  readonly admission: Admission;
  /** RFC 3339: when the server was found active first; undefined: the providerID tells the machine */
  readonly activeSince?: string | undefined;
}

/** ms until a retry without a change: of what the API server did not accept, or what a flood blocked. */
const retryAfter = 2_000;

/** The Node existed and is gone. */
class NodeVanished extends Error {}

/**
 * Joins one worker: approves its client request, waits for its Node, writes our metadata on it, approves its serving
 * request and waits until it is Ready. Can be repeated at any point: it skips completed steps.
 */
export class Join {
  readonly #cluster: Cluster;
  readonly #operation: Operation;
  readonly #inputs: NodeInputs;
  readonly #owners: readonly string[];
  readonly #taints: TaintRecord;
  readonly #timeline: Timeline;
  readonly #requests: JoinRequests;
  readonly #kubelet: KubeletWatch;
  readonly #askCloud: () => Promise<CloudReport | undefined>;
  /** uid of the Node that was seen last, and of the one that has our metadata */
  #seenUid: string | undefined;
  #annotatedUid: string | undefined;
  /** what the join waits for when a former server's Node has the name */
  #formerNode: string | undefined;
  /** why the join is blocked for now: a flood, or an API server that does not answer */
  #blocked: string | undefined;
  /** the same of the attempt that is going on */
  #refusal: string | undefined;

  /**
   * @param owners this stack's name, and the ones it had before
   * @param record what the state knows of the worker: kept up to date, also when the join fails
   * @param probing of the kubelet's port, while nothing else shows how far the machine is
   * @param askCloud what it shows of a machine that nobody has heard of
   */
  constructor(
    cluster: Cluster,
    operation: Operation,
    inputs: NodeInputs,
    owners: readonly string[],
    record: JoinRecord,
    probing = kubeletPort,
    askCloud: () => Promise<CloudReport | undefined> = () => Promise.resolve(undefined),
  ) {
    this.#cluster = cluster;
    this.#askCloud = askCloud;
    this.#operation = operation;
    this.#inputs = withJoinBy(inputs, record.activeSince);
    this.#owners = owners;
    this.#taints = record.taints;
    this.#timeline = new Timeline(operation);
    this.#requests = new JoinRequests(cluster, operation.log, this.#inputs, record.admission);
    this.#kubelet = new KubeletWatch(inputs.fixedIps, probing);
  }

  /** What the state is to keep of the client keys, whether the join succeeds or fails. */
  get admission(): Admission {
    return this.#requests.admission;
  }

  /**
   * @throws UserError when the worker cannot join, or with the last state of the cluster after a timeout
   */
  async run(): Promise<NodeOutputs> {
    return this.#cluster.joining(async () => {
      try {
        return await this.#phases();
      } catch (error) {
        throw await this.#toUserError(error);
      }
    });
  }

  async #phases(): Promise<NodeOutputs> {
    const { nodeName } = this.#inputs;
    const run = <T>(phase: Phase, work: (signal: AbortSignal) => Promise<T>) => this.#timeline.run(phase, work);
    const first = () => this.#formerNode ?? bootAwaits(nodeName, this.#bootProgress(), Date.now());
    await run(this.#phase("boot", "boot", Date.now(), first), (signal) => this.#boot(signal));
    const approved = Date.now();
    const node = () => `Node ${nodeName} (client request ${this.#requests.approvedAt ? "approved" : "not seen"})`;
    const registration = this.#phase("registration", "servingCsr", approved, node);
    await run(registration, (signal) => this.#until(signal, () => this.#withMetadata(signal)));
    const serving = this.#phase("serving CSR", "servingCsr", approved, () => this.#servingAwaits());
    await run(serving, (signal) => this.#until(signal, () => this.#hasServingCertificate(signal)));
    const missing = () => this.#missing().join("; ") || "nothing more";
    const ready = this.#phase("ready", "ready", Date.now(), missing);
    const joined = await run(ready, (signal) => this.#until(signal, () => this.#ready(signal)));
    return { ...outputsOf(joined, "Ready", this.#timeline.entries), ownTaints: [...(this.#taints.own ?? [])] };
  }

  #phase(name: string, key: keyof NodeInputs["timeouts"], from: number, awaiting: () => string): Phase {
    const { timeouts, configPath } = this.#inputs;
    return {
      name,
      deadline: from + timeouts[key] * 1000,
      timeout: { seconds: timeouts[key], key: `${configPath}.timeouts.${key}` },
      awaiting: () => this.#withApiError(awaiting()),
    };
  }

  async #boot(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#cluster.nodes.synced(signal), this.#cluster.csrs.synced(signal)]);
    await this.#awaitFormerNodeRemoved(signal);
    await warnIfMissing(this.#cluster, this.#operation, this.#inputs, this.#requests.all());
    const hasStarted = () => this.#node() !== undefined || this.#requests.approvedAt !== undefined;
    const started = () => this.#until(signal, () => hasStarted() || undefined);
    await this.#kubelet.during(started, () => this.#bootProgress() !== undefined, signal);
  }

  /** Undefined once the kubelet is heard of in the cluster, which shows more than its port does. */
  #bootProgress(): BootProgress | undefined {
    const hasAsked = this.#requests.all().some((csr) => isClientOf(csr, this.#inputs));
    return hasAsked || this.#node() ? undefined : this.#kubelet.progress;
  }

  /** Waits for the test, and meanwhile processes every request about this worker. */
  #until<T>(signal: AbortSignal, test: () => Promise<T | undefined> | T | undefined): Promise<T> {
    return until({
      signal,
      wake: [
        (listener) => this.#cluster.nodes.subscribe([this.#inputs.nodeName], listener),
        (listener) => this.#cluster.csrs.subscribe(this.#requests.keys, listener),
      ],
      every: () => (this.#blocked === undefined ? undefined : retryAfter),
      test: () =>
        this.#attempt(signal, async () => {
          this.#throwIfContradictory();
          this.#throwIfVanished();
          this.#refusal = await this.#requests.process(signal);
          return test();
        }),
    });
  }

  /**
   * Waits for an API server that restarts: undefined means that the work has to be tried again. The last refusal stands until
   * an attempt has ended without one: a webhook whose service is dead takes up to half a minute to fail.
   */
  async #attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    try {
      this.#refusal = undefined;
      const done = await work();
      this.#blocked = this.#refusal;
      return done;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError || error instanceof NodeVanished || !this.#cluster.isPassing(error)) throw error;
      this.#blocked = `API server ${this.#cluster.server}: ${reasonOf(error)}`;
      return undefined;
    }
  }

  /** No event needs to follow what the API server did not accept. */
  #retryLater(reason: string): Promise<undefined> {
    this.#refusal = reason;
    return Promise.resolve(undefined);
  }

  #node = (): NodeObject | undefined => this.#cluster.node(this.#inputs.nodeName);

  /** Waits until no Node of a former server has the name. */
  async #awaitFormerNodeRemoved(signal: AbortSignal): Promise<void> {
    const { nodeName } = this.#inputs;
    await until({
      signal,
      wake: [(listener) => this.#cluster.nodes.subscribe([nodeName], listener)],
      every: () => (this.#blocked === undefined ? undefined : retryAfter),
      test: () => this.#attempt(signal, () => this.#isNameFree(signal)),
    });
    this.#formerNode = undefined;
  }

  async #isNameFree(signal: AbortSignal): Promise<true | undefined> {
    const former = await removeFormerNode(this.#cluster, this.#operation, this.#inputs, this.#owners, signal);
    if (former === undefined) return true;
    if ("refused" in former) return this.#retryLater(former.refused);
    this.#formerNode = former.awaited;
    return undefined;
  }

  /** Writes our metadata before the Node is Ready, and undoes a cordon of our own. */
  async #withMetadata(signal: AbortSignal): Promise<NodeObject | undefined> {
    const node = this.#node();
    if (!node || this.#annotatedUid === node.metadata.uid) return node;
    // a Node that is gone meanwhile comes back as another, or the next test notices that it is missing
    if (!(await applyMetadata(this.#cluster.api, node, this.#inputs, this.#taints, signal)))
      return this.#retryLater("the Node changed");
    await uncordon(this.#cluster, this.#operation, node.metadata.name, this.#owners, signal);
    this.#annotatedUid = node.metadata.uid;
    return node;
  }

  /** Reports at once what waiting cannot fix. */
  #throwIfContradictory(): void {
    const node = this.#node();
    const contradiction = node && readiness(node, this.#inputs).contradiction;
    if (contradiction === undefined) return;
    throw new UserError(contradictory(this.#inputs, contradiction));
  }

  /** A kubelet registers only when it starts: a Node that is gone comes back by itself only if the kubelet asks to join again. */
  #throwIfVanished(): void {
    const uid = this.#node()?.metadata.uid;
    if (uid === undefined && this.#seenUid !== undefined && !this.#requests.isPending) throw new NodeVanished();
    this.#seenUid = uid;
  }

  #serving(): ServingState | undefined {
    const node = this.#node();
    return node && servingState(node, this.#inputs, this.#requests.withCertificates(), Date.now());
  }

  #servingAwaits(): string {
    const state = this.#serving();
    if (state === undefined) return `Node ${this.#inputs.nodeName} (it is gone)`;
    return servingAwaits[state];
  }

  async #hasServingCertificate(signal: AbortSignal): Promise<true | undefined> {
    await this.#withMetadata(signal);
    return this.#serving() === "issued" || undefined;
  }

  async #ready(signal: AbortSignal): Promise<NodeObject | undefined> {
    const node = await this.#withMetadata(signal);
    return this.#missing().length === 0 ? node : undefined;
  }

  /** A Node is Ready for 40 s and more after its kubelet's end (node-monitor-grace-period). */
  #missing(): string[] {
    const { missing } = readiness(this.#node(), this.#inputs);
    return missing.length > 0 ? missing : this.#requests.awaitsSilence;
  }

  /** The error as the user sees it. */
  async #toUserError(error: unknown): Promise<unknown> {
    const phase = this.#timeline.current;
    if (error instanceof PhaseTimeout) {
      const boot = this.#bootProgress();
      const cloud = boot && phase === "boot" ? await this.#askCloud() : undefined;
      const seen = { lines: await this.#lastSeen(), judged: this.#requests.judgedOfServer(), boot, cloud };
      return new UserError(joinTimeout(error, this.#inputs, seen));
    }
    if (error instanceof NodeVanished) return new UserError(nodeVanished(phase, this.#inputs, await this.#lastSeen()));
    if (error instanceof ApiError) return new UserError(apiRefused(phase, this.#inputs, error));
    if (!(error instanceof Cancelled)) return error;
    const state = "The server keeps running, and approved requests stay approved. Run `pulumi up` again to continue.";
    return new UserError(cancelled(this.#inputs.nodeName, phase, state));
  }

  #lastSeen(): Promise<string[]> {
    return describeLastSeen(this.#cluster, this.#operation, this.#inputs, this.#requests, this.#apiError());
  }

  #apiError(): string | undefined {
    const lastError = this.#cluster.nodes.lastError ?? this.#cluster.csrs.lastError;
    return this.#blocked ?? (lastError && `API server ${this.#cluster.server}: ${lastError}`);
  }

  #withApiError(text: string): string {
    const apiError = this.#apiError();
    return apiError === undefined ? text : `${text} (${apiError})`;
  }
}
