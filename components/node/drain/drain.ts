import type { PodDisruptionBudgetObject } from "../../kubernetes/types.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled } from "../../lib/wait.ts";
import { forcedDrain } from "../../lifecycle/defaults.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { cancelled } from "../operation/messages.ts";
import { type Operation, type Phase, PhaseTimeout, Timeline } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";
import { describeBudgets } from "./budgets.ts";
import { cordon } from "./cordon.ts";
import { Blocked, Evictions, type Remaining } from "./evictions.ts";
import { describePod, drainBlocked, drainTimeout, shortened } from "./report.ts";
import { Attachments } from "./volumes.ts";

/** ms in which the disruption budgets must be read for an error: it is late already. */
const budgetsBound = 5_000;

/** Namespaces whose disruption budgets are read for an error. */
const mostNamespaces = 20;

/** Takes one worker out of service: cordoned, its pods evicted within their disruption budgets, its volumes detached. */
export class Drain {
  readonly #cluster: Cluster;
  readonly #operation: Operation;
  readonly #inputs: NodeInputs;
  readonly #timeline: Timeline;
  readonly #evictions: Evictions;
  readonly #attachments: Attachments;
  /** uid of the Node that was cordoned */
  #cordoned = "";

  constructor(cluster: Cluster, operation: Operation, inputs: NodeInputs) {
    this.#cluster = cluster;
    this.#operation = operation;
    this.#inputs = inputs;
    this.#timeline = new Timeline(operation);
    this.#evictions = new Evictions(cluster, operation.log, inputs);
    this.#attachments = new Attachments(cluster, inputs.nodeName, this.#evictions);
  }

  /** @throws UserError when the node could not be drained within its bound or under its policy; it stays cordoned */
  async run(): Promise<void> {
    const { nodeName, drain, configPath } = this.#inputs;
    try {
      await this.#phases();
    } catch (error) {
      if (error instanceof PhaseTimeout) {
        const begun = this.#cordoned !== "";
        const keys = begun && drain.onTimeout === "fail" ? [`what happens then: ${configPath}.drain.onTimeout`] : [];
        throw new UserError(
          drainTimeout(error, { node: nodeName, cordoned: begun, pods: await this.#inTheWay(), keys }),
        );
      }
      if (error instanceof Blocked) throw new UserError(await this.#policyBlocks());
      if (error instanceof Cancelled) {
        const done =
          this.#cordoned === ""
            ? "Nothing was evicted"
            : "The node stays cordoned, and what was evicted is elsewhere or ending";
        const kept = `${done}. The server runs on. The same command goes on from there.`;
        throw new UserError(cancelled(nodeName, this.#timeline.current, kept));
      }
      throw error;
    } finally {
      this.#evictions.stop();
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
    try {
      const drained = phase("drain", () => this.#awaitedPods());
      await this.#timeline.run(drained, (signal) => this.#drain(signal));
      const detached = phase("volumes", () => this.#awaitedVolumes());
      await this.#timeline.run(detached, (signal) => this.#detach(signal));
    } catch (error) {
      // ended by the engine's own bound, nothing more can be waited for
      if (drain.onTimeout === "fail" || !(error instanceof PhaseTimeout) || error.capped) throw error;
      await this.#force(error);
    }
  }

  /** False when there is nothing to drain. */
  async #cordon(signal: AbortSignal): Promise<boolean> {
    const { owner, serverId, nodeName } = this.#inputs;
    const found = await cordon(this.#cluster, { nodeName, serverId }, [owner], signal);
    if (found.whose === "another owner") {
      throw new UserError(
        `node ${nodeName}: it is annotated as a worker of ${found.owner}, not of ${owner}: not drained`,
      );
    }
    if (found.whose === "another server") {
      this.#operation.log.warn(
        `Node ${nodeName} belongs to server ${found.server}, not to ${serverId}: nothing of ours to drain`,
      );
    }
    this.#cordoned = this.#cluster.node(nodeName)?.metadata.uid ?? "";
    return found.whose === "ours";
  }

  async #drain(signal: AbortSignal): Promise<void> {
    // a kubelet that was restarted after its Node had gone registers anew, and an update of the node's config ends with
    // its uncordon: evicted pods would come back
    const keep = async () => {
      const node = this.#cluster.node(this.#inputs.nodeName);
      if (node?.metadata.uid === this.#cordoned && node.spec.unschedulable === true) return true;
      return this.#cordon(signal);
    };
    await this.#evictions.run(keep, signal);
  }

  async #detach(signal: AbortSignal): Promise<void> {
    if ((await this.#attachments.run(signal)) === "detached") return;
    this.#operation.log.info(
      "the kubelet is silent, or its Node is gone: its volumes are detached by force once the Node is removed",
    );
  }

  /** `onTimeout: force`: what is left is deleted, and after two more minutes left to the end of the machine. */
  async #force(late: PhaseTimeout): Promise<void> {
    const { configPath, nodeName } = this.#inputs;
    const started = `node ${nodeName}: phase "${late.phase.name}" not done within its bound; ${configPath}.drain.onTimeout is force`;
    this.#operation.log.warn(`${started}: the pods that are left are deleted`);
    this.#evictions.force();
    const phase: Phase = {
      name: "forced drain",
      deadline: Date.now() + forcedDrain * 1000,
      bound: { seconds: forcedDrain, key: `${configPath}.drain.onTimeout` },
      awaiting: () => (this.#evictions.remaining().length > 0 ? this.#awaitedPods() : this.#awaitedVolumes()),
    };
    try {
      await this.#timeline.run(phase, async (signal) => {
        await this.#drain(signal);
        await this.#detach(signal);
      });
    } catch (error) {
      // an API server that does not answer has deleted nothing
      const asked = this.#evictions.listed && this.#evictions.trouble === undefined;
      if (!(error instanceof PhaseTimeout) || !asked) throw error;
      const left = [...this.#evictions.remaining().map(describePod), ...this.#volumes()];
      this.#operation.log.warn(`${started}, and the detach goes on with these left: ${left.join("; ")}`);
    }
  }

  async #policyBlocks(): Promise<string> {
    const { configPath, nodeName } = this.#inputs;
    const keys = [
      `the policy: ${configPath}.drain.deleteEmptyDirData, ${configPath}.drain.force`,
      "or remove these pods yourself",
    ];
    const reason = "its drain policy forbids to evict some pods; none was evicted now";
    return drainBlocked(reason, { node: nodeName, cordoned: true, pods: await this.#inTheWay(), keys });
  }

  #awaitedPods(): string {
    const [first, ...others] = this.#evictions.remaining().map(describePod);
    if (first === undefined) return this.#evictions.trouble ?? "the list of its pods";
    return others.length === 0 ? first : `${first}, and ${others.length} more`;
  }

  #awaitedVolumes(): string {
    return `the detaching of ${this.#attachments.remaining().join(", ") || "its volumes"}`;
  }

  #volumes(): string[] {
    return this.#attachments.remaining().map((name) => `volume ${name} is still attached`);
  }

  /** Each pod that is still to go, with its owner, why it is still there, and the budgets that keep it. */
  async #inTheWay(): Promise<string[]> {
    const trouble = this.#evictions.trouble ?? this.#attachments.trouble ?? this.#cluster.nodes.lastError;
    const answer = trouble === undefined ? [] : [`the API server does not answer: ${trouble}`];
    const pods = this.#evictions.remaining();
    if (pods.length === 0) return [...answer, ...this.#volumes()];
    const refused = pods.filter((it) => it.refused);
    const { budgets, unread } = await this.#budgets(refused);
    const lines = pods.map((it) => {
      const held = it.refused ? describeBudgets(it.pod, budgets) : undefined;
      return held === undefined ? describePod(it) : `${describePod(it)}; ${held}`;
    });
    return [...answer, ...unread, ...shortened(lines, pods)];
  }

  async #budgets(pods: readonly Remaining[]): Promise<{ budgets: PodDisruptionBudgetObject[]; unread: string[] }> {
    const namespaces = [...new Set(pods.map(({ pod }) => pod.metadata.namespace ?? "default"))].slice(
      0,
      mostNamespaces,
    );
    const signal = AbortSignal.any([this.#operation.signal, AbortSignal.timeout(budgetsBound)]);
    try {
      const lists = await Promise.all(namespaces.map((it) => this.#cluster.pods.budgets(it, signal)));
      return { budgets: lists.flat(), unread: [] };
    } catch (error) {
      return { budgets: [], unread: [`their disruption budgets could not be read: ${reasonOf(error)}`] };
    }
  }
}
