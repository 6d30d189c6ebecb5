import { ApiError } from "../../kubernetes/api-error.ts";
import { describeBudgets } from "../../kubernetes/disruption-budgets.ts";
import { describeLocalVolume, localVolumeRemedies } from "../../kubernetes/local-volumes.ts";
import { podName } from "../../kubernetes/pods.ts";
import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import { Cancelled } from "../../lib/wait.ts";
import { forcedDrain } from "../../lifecycle/defaults.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ownersOf } from "../metadata/ownership.ts";
import { cancelled } from "../operation/messages.ts";
import { type Operation, type Phase, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { DrainInputs } from "../operation/types.ts";
import { cordon, type CordonResult } from "./cordon.ts";
import { BlockedByPolicy, Evictions } from "./evictions.ts";
import { localData } from "./local-data.ts";
import { readBudgets } from "./read-budgets.ts";
import { describePod, drainBlocked, type DrainFailure, drainTimeout, orphanedPods, shortened } from "./report.ts";
import { VolumeAttachments } from "./volumes.ts";

/** ms in which pods must be read for the last look, which is late already. */
const lookTimeout = 5_000;

type PhaseOf = (name: string, awaiting: () => string) => Phase;

/** Takes one worker out of service: cordoned, its pods evicted within their disruption budgets, its volumes detached. */
export class Drain {
  readonly #cluster: Cluster;
  readonly #operation: Operation;
  readonly #inputs: DrainInputs;
  readonly #timeline: Timeline;
  readonly #evictions: Evictions;
  readonly #volumes: VolumeAttachments;
  /** uid of the Node that was cordoned */
  #cordoned = "";
  /** why the API server refused the cordon, undefined while it has not */
  #cordonRefused: string | undefined;

  constructor(cluster: Cluster, operation: Operation, inputs: DrainInputs) {
    this.#cluster = cluster;
    this.#operation = operation;
    this.#inputs = inputs;
    this.#timeline = new Timeline(operation);
    this.#evictions = new Evictions(cluster, operation.log, inputs);
    this.#volumes = new VolumeAttachments(cluster, inputs.nodeName, this.#evictions);
  }

  /** @throws UserError when the node could not be drained in time or under its policy; it stays cordoned */
  run(): Promise<void> {
    return this.#ended(() => this.#phases());
  }

  /** Cordons the node, and no more, if it is to be, and says so. @throws UserError when that took too long */
  cordonIf(isToBe: (node: NodeObject) => boolean): Promise<boolean> {
    const work = async (signal: AbortSignal): Promise<boolean> => {
      await this.#cluster.nodes.synced(signal);
      const node = this.#cluster.node(this.#inputs.nodeName);
      if (!node || !isToBe(node)) return false;
      await this.#cordon(signal);
      return true;
    };
    return this.#ended(() => this.#cordonPhase(this.#phaseOf(), work));
  }

  /** The work's errors as the user sees them. */
  async #ended<T>(work: () => Promise<T>): Promise<T> {
    const { nodeName } = this.#inputs;
    try {
      return await work();
    } catch (error) {
      if (error instanceof PhaseTimeout) throw new UserError(await this.#timeoutMessage(error));
      if (error instanceof BlockedByPolicy) throw new UserError(await this.#policyMessage());
      if (error instanceof ApiError) throw new UserError(await this.#refusedMessage(error));
      if (error instanceof Cancelled) {
        const done =
          this.#cordoned === ""
            ? "Nothing was evicted"
            : "The node stays cordoned, and evicted pods run elsewhere or are terminating";
        const kept = `${done}. The server keeps running. Run the same command again to continue.`;
        throw new UserError(cancelled(nodeName, this.#timeline.current, kept));
      }
      throw error;
    } finally {
      this.#evictions.stop();
    }
  }

  /** Makes the phases that share the drain's timeout, which begins now. */
  #phaseOf(): PhaseOf {
    const { drain, configPath } = this.#inputs;
    const deadline = Date.now() + drain.timeout * 1000;
    const timeout = { seconds: drain.timeout, key: `${configPath}.drain.timeout` };
    return (name, awaiting) => ({ name, deadline, timeout, awaiting });
  }

  #cordonPhase<T>(phase: PhaseOf, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cordoned = phase("cordon", () => this.#cordonRefused ?? "the API server");
    return this.#timeline.run(cordoned, work);
  }

  async #phases(): Promise<void> {
    const { drain } = this.#inputs;
    const phase = this.#phaseOf();
    const found = await this.#cordonPhase(phase, (signal) => this.#cordon(signal));
    if (found === "another server") return;
    try {
      const drained = phase("drain", () => this.#awaitedPods());
      await this.#timeline.run(drained, (signal) => this.#drain(signal));
      // a worker that never joined has no volumes either
      if (found === "no node" && this.#cluster.node(this.#inputs.nodeName) === undefined) return;
      const detached = phase("volumes", () => this.#awaitedVolumes());
      await this.#timeline.run(detached, (signal) => this.#detach(signal));
    } catch (error) {
      // after the resource's customTimeouts there is no time left for force
      if (drain.onTimeout === "fail" || !(error instanceof PhaseTimeout) || error.capped) throw error;
      await this.#force(error);
    }
  }

  async #cordon(signal: AbortSignal): Promise<CordonResult["kind"]> {
    const { owner, serverId, nodeName, clientKey } = this.#inputs;
    const owners = ownersOf(this.#inputs);
    const onRefused = (reason: string) => (this.#cordonRefused = `the cordon, which was refused: ${reason}`);
    const found = await cordon(this.#cluster, { nodeName, serverId, clientKey }, owners, signal, onRefused);
    this.#cordonRefused = undefined;
    if (found.kind === "another owner") {
      throw new UserError(
        `node ${nodeName}: the Node is annotated as a worker of ${found.owner}, not of ${owner}. It was not drained. ` +
          `If that stack is gone, remove its annotation (oc annotate node ${nodeName} ${annotations.owner}-) and run the ` +
          "same command again.",
      );
    }
    if (found.kind === "another server") {
      this.#operation.log.warn(
        `node ${nodeName}: the Node belongs to server ${found.server}, not to this worker's server ${serverId}: it is not drained`,
      );
    }
    this.#cordoned = this.#cluster.node(nodeName)?.metadata.uid ?? "";
    return found.kind;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    await this.#keepLocalData(signal);
    // a kubelet that restarts after its Node was removed registers again, and the machine-config operator uncordons a node
    // at the end of an update: evicted pods would come back
    const keepCordoned = async () => {
      const node = this.#cluster.node(this.#inputs.nodeName);
      if (node?.metadata.uid === this.#cordoned && node.spec.unschedulable === true) return true;
      return (await this.#cordon(signal)) === "ours";
    };
    if ((await this.#evictions.run(keepCordoned, signal)) === "no node") this.#warnOfOrphans();
    // a pod that was bound after the cordon may have had its volume made here
    await this.#keepLocalData(signal);
  }

  /** @throws UserError when the machine's own disks have data that the config does not give up, also under force */
  async #keepLocalData(signal: AbortSignal): Promise<void> {
    const { nodeName: node, drain, configPath } = this.#inputs;
    if (drain.localVolumes === "lose") return;
    const { volumes, pods } = await localData(this.#cluster, node, signal);
    if (volumes.length === 0) return;
    const failure = {
      node,
      cordoned: this.#cordoned !== "",
      evicted: this.#evictions.removed,
      pods: volumes.map((volume) => describeLocalVolume(volume, pods)),
      keys: localVolumeRemedies(volumes, pods, configPath),
    };
    throw new UserError(drainBlocked("data on the disks of its machine would end with its server", failure));
  }

  /** A drain ends with its Node, which somebody else has removed: nobody evicts pods of a Node that is gone. */
  #warnOfOrphans(): void {
    const pods = this.#evictions.remaining();
    if (pods.length > 0) this.#operation.log.warn(orphanedPods(this.#inputs.nodeName, pods));
  }

  async #detach(signal: AbortSignal): Promise<void> {
    if ((await this.#volumes.run(signal)) === "detached") return;
    this.#operation.log.info(
      "the kubelet does not report, or its Node is gone: Kubernetes force-detaches the volumes once the Node is removed",
    );
  }

  /** `onTimeout: force`: deletes the remaining pods; what is left after {@link forcedDrain} ends with the machine. */
  async #force(timeout: PhaseTimeout): Promise<void> {
    const { configPath, nodeName } = this.#inputs;
    const cause = `node ${nodeName}: phase "${timeout.phase.name}" timed out, and ${configPath}.drain.onTimeout is force`;
    this.#operation.log.warn(`${cause}: the remaining pods are deleted`);
    this.#evictions.force();
    const phase: Phase = {
      name: "forced drain",
      deadline: Date.now() + forcedDrain * 1000,
      timeout: { seconds: forcedDrain, key: `${configPath}.drain.onTimeout` },
      awaiting: () => (this.#evictions.remaining().length > 0 ? this.#awaitedPods() : this.#awaitedVolumes()),
    };
    try {
      await this.#timeline.run(phase, async (signal) => {
        await this.#drain(signal);
        await this.#detach(signal);
      });
    } catch (error) {
      // an API server that does not answer has deleted nothing
      const isAnswered = this.#evictions.listed && this.#unread === undefined;
      if (!(error instanceof PhaseTimeout) || !isAnswered) throw error;
      if (this.#evictions.isBlocked) throw new BlockedByPolicy();
      // the drain may have ended before its second look
      await this.#keepLocalData(AbortSignal.any([this.#operation.signal, timeoutSignal(lookTimeout)]));
      const left = [...this.#evictions.remaining().map(describePod), ...this.#attachedVolumes()];
      this.#operation.log.warn(`${cause}: the detach continues although these are left: ${left.join("; ")}`);
    }
  }

  async #timeoutMessage(timeout: PhaseTimeout): Promise<string> {
    const { drain, configPath } = this.#inputs;
    const failure = await this.#failure([
      ...(this.#cordoned !== "" && drain.onTimeout === "fail"
        ? [`what happens on a timeout: ${configPath}.drain.onTimeout`]
        : []),
      ...(this.#evictions.isBlocked ? this.#policyKeys() : []),
    ]);
    return drainTimeout(timeout, failure);
  }

  async #policyMessage(): Promise<string> {
    return drainBlocked("its drain policy forbids the eviction of some pods", await this.#failure(this.#policyKeys()));
  }

  async #refusedMessage(error: ApiError): Promise<string> {
    return drainBlocked(`phase "${this.#timeline.current}" failed: ${error.message}`, await this.#failure([]));
  }

  #policyKeys(): string[] {
    const { configPath } = this.#inputs;
    return [
      `the drain policy: ${configPath}.drain.deleteEmptyDirData, ${configPath}.drain.force`,
      "or delete these pods yourself",
    ];
  }

  async #failure(keys: readonly string[]): Promise<DrainFailure> {
    const cordoned = this.#cordoned !== "";
    const { nodeName: node } = this.#inputs;
    return { node, cordoned, evicted: this.#evictions.removed, pods: await this.#blockers(), keys };
  }

  /** Why the API server does not show what is on the node, undefined while it answers. */
  get #unread(): string | undefined {
    return this.#evictions.lastError ?? this.#cluster.persistentVolumes.lastError;
  }

  #awaitedPods(): string {
    // what is refused needs somebody, what terminates only time
    const remaining = this.#evictions.remaining().toSorted((a, b) => Number(b.refused) - Number(a.refused));
    const [first, ...others] = remaining.map(describePod);
    if (first === undefined) return this.#unread ?? this.#awaitedLatePods();
    return others.length === 0 ? first : `${first}, and ${others.length} more`;
  }

  #awaitedLatePods(): string {
    const { listed, settling, late } = this.#evictions;
    if (late) return `pod ${podName(late)}, which was bound a moment ago`;
    if (!listed || settling === 0) return "the list of its pods";
    return `late pods, for ${humanDuration(settling / 1000)} more: the scheduler may not have seen the cordon yet`;
  }

  #awaitedVolumes(): string {
    return `the detachment of ${this.#volumes.remaining().join(", ") || "its volumes"}`;
  }

  #attachedVolumes(): string[] {
    return this.#volumes.remaining().map((name) => `volume ${name} is still attached`);
  }

  /** Each pod that blocks the drain: its owner, why it is still there, and the budgets that protect it. */
  async #blockers(): Promise<string[]> {
    const apiError = this.#unread ?? this.#volumes.lastError ?? this.#cluster.nodes.lastError;
    const unanswered = [
      ...(apiError === undefined ? [] : [`the API server does not answer: ${apiError}`]),
      ...(this.#cordonRefused === undefined ? [] : [this.#cordonRefused]),
    ];
    const pods = this.#evictions.remaining();
    if (pods.length === 0) return [...unanswered, ...this.#attachedVolumes()];
    const refused = pods.filter((it) => it.refused);
    const { budgets, unread } = await readBudgets(
      this.#cluster,
      this.#operation,
      refused.map(({ pod }) => pod),
    );
    const lines = pods.map((it) => {
      const protectedBy = it.refused ? describeBudgets(it.pod, budgets) : undefined;
      return protectedBy === undefined ? describePod(it) : `${describePod(it)}; ${protectedBy}`;
    });
    return [...unanswered, ...unread, ...shortened(lines, pods)];
  }
}
