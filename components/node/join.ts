import { canonicalIp, canonicalName } from "./addresses.ts";
import type { Cluster, CsrRow } from "./cluster.ts";
import { isClientOf, judgeCsr, signers, type Csr, type CsrVerdict } from "./csr.ts";
import { cancelled, describeNode, joinTimeout, Refusal, seconds } from "./errors.ts";
import { silentReason } from "./missing.ts";
import type { NodeObject } from "./objects.ts";
import { addressesOf, ownershipOf, readiness, registrationOf, servingState } from "./ready.ts";
import { PhaseTimeout, Timeline, type Operation, type Phase } from "./timeline.ts";
import type { NodeInputs, NodeOutputs } from "./types.ts";
import { Cancelled, until } from "./wait.ts";

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
  readonly #reported = new Set<string>();
  readonly #keys: string[];
  /** ms since the epoch */
  #clientApproved: number | undefined;

  /** @param owners this stack's name, and the ones it had before */
  constructor(cluster: Cluster, operation: Operation, inputs: NodeInputs, owners: readonly string[]) {
    this.#cluster = cluster;
    this.#operation = operation;
    this.#inputs = inputs;
    this.#owners = owners;
    this.#timeline = new Timeline(operation);
    this.#keys = [canonicalName(inputs.nodeName), ...inputs.fixedIps.map(canonicalIp)];
  }

  /**
   * @throws Refusal when the worker cannot join as things are, and with all that was seen when a bound is over
   */
  async run(): Promise<NodeOutputs> {
    try {
      return await this.#cluster.joining(() => this.#phases());
    } catch (error) {
      if (error instanceof PhaseTimeout) {
        throw new Refusal(joinTimeout(error, this.#inputs.nodeName, this.#seen(), this.#inputs.serverId));
      }
      if (error instanceof Cancelled) {
        const kept = `The server runs on; what is approved stays approved. \`pulumi up\` goes on from there.`;
        throw new Refusal(cancelled(this.#inputs.nodeName, this.#timeline.current, kept));
      }
      throw error;
    }
  }

  async #phases(): Promise<NodeOutputs> {
    const { timeouts, configPath, nodeName } = this.#inputs;
    const phase = (name: string, key: keyof typeof timeouts, from: number, awaiting: () => string): Phase => ({
      name,
      deadline: from + timeouts[key] * 1000,
      bound: { seconds: timeouts[key], key: `${configPath}.timeouts.${key}` },
      awaiting,
    });
    const boot = phase("boot", "boot", Date.now(), () =>
      this.#withTrouble(`the first certificate request of ${nodeName}`),
    );
    await this.#timeline.run(boot, async (signal) => {
      await Promise.all([this.#cluster.nodes.synced(signal), this.#cluster.csrs.synced(signal)]);
      await this.#clearFormer(signal);
      this.#remarkSilence();
      await this.#until(signal, () => this.#node() !== undefined || this.#clientApproved !== undefined || undefined);
    });
    const approved = Date.now();
    const registration = phase("registration", "servingCsr", approved, () =>
      this.#withTrouble(`Node ${nodeName} (client request ${this.#clientApproved ? "approved" : "not seen"})`),
    );
    await this.#timeline.run(registration, async (signal) => {
      const node = await this.#until(signal, () => this.#node());
      await this.#mark(node, signal);
    });
    const serving = phase("serving CSR", "servingCsr", approved, () => this.#withTrouble(this.#servingAwaits()));
    await this.#timeline.run(serving, (signal) => this.#until(signal, () => this.#served() || undefined));
    const ready = phase("ready", "ready", Date.now(), () =>
      this.#withTrouble(readiness(this.#node(), this.#inputs).missing.join("; ") || "nothing more"),
    );
    const node = await this.#timeline.run(ready, (signal) => this.#until(signal, () => this.#ready()));
    return outputsOf(node, "Ready", this.#timeline.entries);
  }

  /** Waits for the test, and meanwhile attends to every request about this worker. */
  #until<T>(signal: AbortSignal, test: () => T | undefined): Promise<T> {
    return until({
      signal,
      wake: [
        (listener) => this.#cluster.nodes.subscribe([this.#inputs.nodeName], listener),
        (listener) => this.#cluster.csrs.subscribe(this.#keys, listener),
      ],
      test: async () => {
        this.#refuseContradiction();
        await this.#attend(signal);
        return test();
      },
    });
  }

  #node(): NodeObject | undefined {
    return this.#cluster.node(this.#inputs.nodeName);
  }

  #rows(): CsrRow[] {
    return this.#cluster.csrs.of(...this.#keys);
  }

  #judge(csr: Csr): CsrVerdict {
    const node = this.#node();
    const requests = this.#rows().map((row) => row.csr);
    return judgeCsr(csr, this.#inputs, { node: node && registrationOf(node), requests, load: this.#cluster.load });
  }

  /** Approves what is right, reports once what is not. */
  async #attend(signal: AbortSignal): Promise<void> {
    const all = this.#rows().map((row) => row.csr);
    for (const row of this.#rows()) {
      const verdict = this.#judge(row.csr);
      if (verdict.verdict === "approve") await this.#approve(row, signal);
      if (verdict.verdict === "refuse") {
        const text = `request ${row.csr.name} stays pending (${verdict.rule}): ${verdict.detail}`;
        if (!this.#reported.has(text)) this.#operation.line.warn(text);
        this.#reported.add(text);
      }
    }
    if (all.some((csr) => csr.state === "approved" && isClientOf(csr, this.#inputs)))
      this.#clientApproved ??= Date.now();
  }

  async #approve(row: CsrRow, signal: AbortSignal): Promise<void> {
    const { nodeName, serverId, owner } = this.#inputs;
    const message = `${nodeName} is server ${serverId} of ${owner}`;
    if (!(await this.#cluster.approve(row, message, signal))) return;
    if (row.csr.signer === signers.client) this.#clientApproved = Date.now();
    this.#operation.line.status(
      `approved ${row.csr.signer === signers.client ? "client" : "serving"} request ${row.csr.name}`,
    );
  }

  /** A Node that stands under our name before we begin. */
  async #clearFormer(signal: AbortSignal): Promise<void> {
    const node = this.#node();
    if (!node) return;
    const ownership = ownershipOf(node, this.#inputs, this.#owners);
    if (ownership.whose === "ours") return;
    const { nodeName } = this.#inputs;
    if (ownership.whose === "foreign") {
      throw new Refusal(
        `node ${nodeName}: a Node of that name exists, and it is not this worker's: ${ownership.detail}. ` +
          `Nothing was approved. If its machine is gone, remove it (oc delete node ${nodeName}) and run \`pulumi up\` again.`,
      );
    }
    this.#operation.line.info(`removing the Node of the former server: ${ownership.detail}`);
    await this.#cluster.deleteNode(node, signal);
    await until({
      signal,
      wake: [(listener) => this.#cluster.nodes.subscribe([nodeName], listener)],
      test: () => this.#node()?.metadata.uid !== node.metadata.uid || undefined,
    });
  }

  #remarkSilence(): void {
    const csrs = this.#rows().map((row) => row.csr);
    const reason = silentReason(this.#inputs, this.#node(), csrs, Date.now());
    if (reason !== undefined) this.#operation.line.warn(reason);
  }

  /** Ours for everybody to see, before it is Ready; and schedulable again if it was us who cordoned it. */
  async #mark(node: NodeObject, signal: AbortSignal): Promise<void> {
    await this.#cluster.marks.apply(node, this.#inputs, signal);
    await this.#cluster.uncordon(node.metadata.name, this.#owners, signal);
  }

  /** What can never become right is said at once. */
  #refuseContradiction(): void {
    const node = this.#node();
    const { nodeName, serverId } = this.#inputs;
    const contradiction = node && readiness(node, this.#inputs).contradiction;
    if (contradiction === undefined) return;
    throw new Refusal(
      `node ${nodeName}: the Node that registered is not what server ${serverId} should be: ${contradiction}. ` +
        "Its serving request is not approved. Look at the server's ports and interfaces, then run `pulumi up` again.",
    );
  }

  #served(): boolean {
    const node = this.#node();
    const csrs = this.#rows().map((row) => row.csr);
    return node !== undefined && servingState(node, this.#inputs, csrs, Date.now()) === "approved";
  }

  #servingAwaits(): string {
    const node = this.#node();
    if (!node) return `Node ${this.#inputs.nodeName} (it is gone again)`;
    const csrs = this.#rows().map((row) => row.csr);
    return servingState(node, this.#inputs, csrs, Date.now()) === "none"
      ? "the kubelet's serving request"
      : "a serving request that may be approved";
  }

  #ready(): NodeObject | undefined {
    const node = this.#node();
    const { missing } = readiness(node, this.#inputs);
    return missing.length === 0 ? node : undefined;
  }

  /** What an error tells of the cluster as it was at the end. */
  #seen(): string[] {
    const node = this.#node();
    const requests = this.#rows().map((row) => {
      const kind = row.csr.signer === signers.client ? "client" : "serving";
      const verdict = this.#judge(row.csr);
      const why =
        verdict.verdict === "refuse"
          ? `refused (${verdict.rule}): ${verdict.detail}`
          : "detail" in verdict
            ? verdict.detail
            : "approvable";
      const issued = row.csr.state === "approved" ? `, certificate ${row.issued ? "issued" : "not issued"}` : "";
      return `${kind} request ${row.csr.name} of ${row.csr.created}: ${why}${issued}`;
    });
    if (this.#clientApproved !== undefined && !node) {
      requests.push(`client request approved ${seconds((Date.now() - this.#clientApproved) / 1000)} ago`);
    }
    if (requests.length === 0) requests.push("no certificate request about this worker");
    const trouble = this.#cluster.nodes.trouble ?? this.#cluster.csrs.trouble;
    return [
      ...requests,
      describeNode(node, this.#inputs.nodeName),
      ...(trouble ? [`API server ${this.#cluster.server}: ${trouble}`] : []),
    ];
  }

  #withTrouble(text: string): string {
    const trouble = this.#cluster.nodes.trouble ?? this.#cluster.csrs.trouble;
    return trouble === undefined ? text : `${text} (API server ${this.#cluster.server}: ${trouble})`;
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
