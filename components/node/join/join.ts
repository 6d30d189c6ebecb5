import { ApiError, isTransient } from "../../kubernetes/client.ts";
import type { NodeObject } from "../../kubernetes/types.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled, until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { lastEvents } from "../cluster/events.ts";
import {
  addressesOf,
  readiness,
  servingAwaits,
  servingState,
  type ServingState,
  staleVerdict,
} from "../cluster/readiness.ts";
import { readEvents } from "../cluster/reading.ts";
import { applyMetadata } from "../metadata/apply.ts";
import { cancelled, describeNode } from "../operation/messages.ts";
import { type Operation, type Phase, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { NodeInputs, NodeOutputs } from "../operation/types.ts";
import { isSilent, silentReason } from "./missing.ts";
import { describeRequest, describeSilence, joinRefused, joinTaken, joinTimeout, joinVanished } from "./report.ts";
import { JoinRequests } from "./requests.ts";

/** ms after which what the API server did not take, or what a flood held back, is tried again without a change. */
const retryAfter = 2_000;

/** The Node was there, and is no more. */
class Vanished extends Error {}

/**
 * Brings one worker in: its client request approved, its Node registered and marked as ours, its serving request
 * approved, Ready. Can be repeated at any point: what is done already is seen and passed over.
 */
export class Join {
  readonly #cluster: Cluster;
  readonly #operation: Operation;
  readonly #inputs: NodeInputs;
  readonly #owners: readonly string[];
  readonly #timeline: Timeline;
  readonly #requests: JoinRequests;
  /** the Node that was seen last, and the one that has our marks */
  #seenUid: string | undefined;
  #markedUid: string | undefined;
  /** what is awaited of a former server's Node */
  #former: string | undefined;
  /** why nothing can be done for now: a flood, or an API server that does not answer */
  #held: string | undefined;

  /** @param owners this stack's name, and the ones it had before */
  constructor(cluster: Cluster, operation: Operation, inputs: NodeInputs, owners: readonly string[]) {
    this.#cluster = cluster;
    this.#operation = operation;
    this.#inputs = inputs;
    this.#owners = owners;
    this.#timeline = new Timeline(operation);
    this.#requests = new JoinRequests(cluster, operation.log, inputs);
  }

  /**
   * @throws UserError when the worker cannot join as things are, and with all that was seen when a bound is over
   */
  async run(): Promise<NodeOutputs> {
    return this.#cluster.joining(async () => {
      try {
        return await this.#phases();
      } catch (error) {
        throw await this.#explained(error);
      }
    });
  }

  async #phases(): Promise<NodeOutputs> {
    const { nodeName } = this.#inputs;
    const run = <T>(phase: Phase, work: (signal: AbortSignal) => Promise<T>) => this.#timeline.run(phase, work);
    const first = () => this.#former ?? `the first certificate request of ${nodeName}`;
    await run(this.#phase("boot", "boot", Date.now(), first), (signal) => this.#boot(signal));
    const approved = Date.now();
    const node = () => `Node ${nodeName} (client request ${this.#requests.approvedAt ? "approved" : "not seen"})`;
    const registration = this.#phase("registration", "servingCsr", approved, node);
    await run(registration, (signal) => this.#until(signal, () => this.#marked(signal)));
    const serving = this.#phase("serving CSR", "servingCsr", approved, () => this.#servingAwaits());
    await run(serving, (signal) => this.#until(signal, () => this.#served(signal)));
    const missing = () => readiness(this.#node(), this.#inputs).missing.join("; ") || "nothing more";
    const ready = this.#phase("ready", "ready", Date.now(), missing);
    const joined = await run(ready, (signal) => this.#until(signal, () => this.#ready(signal)));
    return outputsOf(joined, "Ready", this.#timeline.entries);
  }

  #phase(name: string, key: keyof NodeInputs["timeouts"], from: number, awaiting: () => string): Phase {
    const { timeouts, configPath } = this.#inputs;
    return {
      name,
      deadline: from + timeouts[key] * 1000,
      bound: { seconds: timeouts[key], key: `${configPath}.timeouts.${key}` },
      awaiting: () => this.#withTrouble(awaiting()),
    };
  }

  async #boot(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#cluster.nodes.synced(signal), this.#cluster.csrs.synced(signal)]);
    await this.#clearFormer(signal);
    await this.#remarkSilence();
    const begun = () => this.#node() !== undefined || this.#requests.approvedAt !== undefined;
    await this.#until(signal, () => begun() || undefined);
  }

  /** Waits for the test, and meanwhile attends to every request about this worker. */
  #until<T>(signal: AbortSignal, test: () => Promise<T | undefined> | T | undefined): Promise<T> {
    return until({
      signal,
      wake: [
        (listener) => this.#cluster.nodes.subscribe([this.#inputs.nodeName], listener),
        (listener) => this.#cluster.csrs.subscribe(this.#requests.keys, listener),
      ],
      every: () => (this.#held === undefined ? undefined : retryAfter),
      test: () =>
        this.#attempt(signal, async () => {
          this.#refuseContradiction();
          this.#refuseVanished();
          this.#held = await this.#requests.attend(signal);
          return test();
        }),
    });
  }

  /** An API server that restarts is waited for: what it did not take is tried again. */
  async #attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    try {
      this.#held = undefined;
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError || error instanceof Vanished || !isTransient(error)) throw error;
      this.#held = `API server ${this.#cluster.server}: ${reasonOf(error)}`;
      return undefined;
    }
  }

  #node(): NodeObject | undefined {
    return this.#cluster.node(this.#inputs.nodeName);
  }

  /** A Node that stands under our name before we begin. */
  async #clearFormer(signal: AbortSignal): Promise<void> {
    const { nodeName } = this.#inputs;
    await until({
      signal,
      wake: [(listener) => this.#cluster.nodes.subscribe([nodeName], listener)],
      every: () => (this.#held === undefined ? undefined : retryAfter),
      test: () => this.#attempt(signal, () => this.#isCleared(signal)),
    });
    this.#former = undefined;
  }

  async #isCleared(signal: AbortSignal): Promise<true | undefined> {
    const node = this.#node();
    const stale = node && staleVerdict(node, this.#inputs, this.#owners);
    if (!stale || stale.verdict === "keep") return true;
    if (stale.verdict === "refuse") throw new UserError(joinTaken(this.#inputs, stale.detail));
    const { uid, name } = node.metadata;
    if (stale.verdict === "remove") await this.#cluster.deleteNode(node, signal);
    const doing = stale.verdict === "remove" ? "removed" : "to be removed when its kubelet is silent";
    if (this.#cluster.isNews(`${uid} ${stale.verdict}`)) {
      this.#operation.log.info(`the Node of a former server is ${doing}: ${stale.detail}`);
    }
    this.#former = `the former server's Node ${name}, ${doing}: ${stale.detail}`;
    return undefined;
  }

  async #remarkSilence(): Promise<void> {
    if (!isSilent(this.#inputs, this.#node(), this.#requests.all(), Date.now())) return;
    const events = await readEvents(this.#cluster, this.#operation, this.#inputs.nodeName);
    const reason = silentReason(this.#inputs, events instanceof Error ? [] : events, Date.now());
    if (reason !== undefined) this.#operation.log.warn(reason);
  }

  /** Ours for everybody to see, before it is Ready; and schedulable again if it was us who cordoned it. */
  async #marked(signal: AbortSignal): Promise<NodeObject | undefined> {
    const node = this.#node();
    if (!node || this.#markedUid === node.metadata.uid) return node;
    // one that is gone meanwhile comes back as another, or is missed by the next look
    if (!(await applyMetadata(this.#cluster.api, node, this.#inputs, signal))) return undefined;
    await this.#cluster.uncordon(node.metadata.name, this.#owners, signal);
    this.#markedUid = node.metadata.uid;
    return node;
  }

  /** What can never become right is said at once. */
  #refuseContradiction(): void {
    const node = this.#node();
    const { nodeName, serverId } = this.#inputs;
    const contradiction = node && readiness(node, this.#inputs).contradiction;
    if (contradiction === undefined) return;
    throw new UserError(
      `node ${nodeName}: the Node that registered is not what server ${serverId} should be: ${contradiction}. ` +
        "Its serving request is not approved. Look at the server's ports and interfaces, then run `pulumi up` again.",
    );
  }

  /** A kubelet registers when it starts: one that does not ask to join again will not be back by itself. */
  #refuseVanished(): void {
    const uid = this.#node()?.metadata.uid;
    if (uid === undefined && this.#seenUid !== undefined && !this.#requests.asks) throw new Vanished();
    this.#seenUid = uid;
  }

  #serving(): ServingState | undefined {
    const node = this.#node();
    return node && servingState(node, this.#inputs, this.#requests.issuable(), Date.now());
  }

  #servingAwaits(): string {
    const state = this.#serving();
    if (state === undefined) return `Node ${this.#inputs.nodeName} (it is gone again)`;
    return servingAwaits[state];
  }

  async #served(signal: AbortSignal): Promise<true | undefined> {
    await this.#marked(signal);
    return this.#serving() === "issued" || undefined;
  }

  async #ready(signal: AbortSignal): Promise<NodeObject | undefined> {
    const node = await this.#marked(signal);
    return readiness(node, this.#inputs).missing.length === 0 ? node : undefined;
  }

  /** What the user is told. */
  async #explained(error: unknown): Promise<unknown> {
    const phase = this.#timeline.current;
    if (error instanceof PhaseTimeout) {
      return new UserError(joinTimeout(error, this.#inputs, await this.#seen(), this.#requests.judged()));
    }
    if (error instanceof Vanished) return new UserError(joinVanished(phase, this.#inputs, await this.#seen()));
    if (error instanceof ApiError) return new UserError(joinRefused(phase, this.#inputs, error));
    if (!(error instanceof Cancelled)) return error;
    const kept = "The server runs on; what is approved stays approved. `pulumi up` goes on from there.";
    return new UserError(cancelled(this.#inputs.nodeName, phase, kept));
  }

  /** The cluster as it was at the end. */
  async #seen(): Promise<string[]> {
    const node = this.#node();
    const { nodeName } = this.#inputs;
    const requests = this.#requests.judged().map(describeRequest);
    const trouble = this.#trouble();
    return [
      ...(requests.length > 0 ? requests : ["no certificate request about this worker"]),
      ...(node ? [] : this.#silence()),
      describeNode(node, nodeName),
      ...(trouble === undefined || requests.some((it) => it.includes(trouble)) ? [] : [trouble]),
      await this.#events(),
    ];
  }

  #silence(): string[] {
    const { approvedAt, issued } = this.#requests;
    return approvedAt === undefined ? [] : [describeSilence(this.#inputs.nodeName, approvedAt, issued, Date.now())];
  }

  async #events(): Promise<string> {
    const events = await readEvents(this.#cluster, this.#operation, this.#inputs.nodeName);
    if (events instanceof Error) return `last events: not read (${reasonOf(events)})`;
    const since = Date.parse(this.#inputs.serverCreated);
    return `last events: ${lastEvents(events, since, Date.now()).join("; ") || "none"}`;
  }

  #trouble(): string | undefined {
    const trouble = this.#cluster.nodes.lastError ?? this.#cluster.csrs.lastError;
    return this.#held ?? (trouble && `API server ${this.#cluster.server}: ${trouble}`);
  }

  #withTrouble(text: string): string {
    const trouble = this.#trouble();
    return trouble === undefined ? text : `${text} (${trouble})`;
  }
}

export function outputsOf(
  node: NodeObject,
  state: NodeOutputs["state"],
  timeline: NodeOutputs["timeline"],
): NodeOutputs {
  return {
    nodeUid: node.metadata.uid,
    providerId: node.spec.providerID ?? "",
    internalIp: addressesOf(node, "InternalIP")[0] ?? "",
    state,
    timeline,
  };
}
