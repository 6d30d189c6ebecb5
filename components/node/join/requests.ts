import type { Cluster, CsrEntry } from "../cluster/cluster.ts";
import { type Issuable, registrationOf } from "../cluster/readiness.ts";
import { claimsOfWorker, isClientOf, judgeCsr, signers } from "../csr/judge.ts";
import { approvedAt, type Csr, type CsrVerdict } from "../csr/types.ts";
import type { ResourceLog } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";

/** A request and its verdict. */
export interface JudgedRequest {
  entry: CsrEntry;
  verdict: CsrVerdict;
}

/** The certificate requests about one joining worker: approves the valid ones and reports the others. */
export class JoinRequests {
  readonly #cluster: Cluster;
  readonly #log: ResourceLog;
  readonly #worker: NodeInputs;
  /** the keys of the requests about the worker */
  readonly keys: readonly string[];
  /** client requests of this server that were approved: kube-controller-manager removes them after an hour */
  readonly #approved = new Map<string, Csr>();
  #approvedAt: number | undefined;

  constructor(cluster: Cluster, log: ResourceLog, worker: NodeInputs) {
    this.#cluster = cluster;
    this.#log = log;
    this.#worker = worker;
    this.keys = claimsOfWorker(worker);
  }

  /** When a client request of this server was approved, ms since the epoch. */
  get approvedAt(): number | undefined {
    return this.#approvedAt;
  }

  /** True when an approved request has its certificate, or was removed since: kube-controller-manager does that after an hour. */
  get issued(): boolean {
    const approved = this.#entries().filter(({ csr }) => this.#approved.has(csr.name));
    return approved.length === 0 || approved.some((entry) => entry.issued);
  }

  all(): Csr[] {
    return this.#entries().map(({ csr }) => csr);
  }

  /** All requests, and which of them have their certificate. */
  withCertificates(): Issuable[] {
    return this.#entries();
  }

  /** A client request of the kubelet is pending. */
  get isPending(): boolean {
    return this.all().some((csr) => csr.state === "pending" && isClientOf(csr, this.#worker));
  }

  /**
   * Approves the valid requests, and reports each invalid one once.
   *
   * @returns why nothing is approved for now, undefined when there is no such reason
   */
  async process(signal: AbortSignal): Promise<string | undefined> {
    // an approval changes the verdicts on the others: they are judged again after each
    let approvable = this.#approvable();
    while (approvable && (await this.#approve(approvable, signal))) approvable = this.#approvable();
    // no event needs to follow a conflict
    let blocked = approvable && `request ${approvable.csr.name} changed while it was approved`;
    for (const { entry, verdict } of this.judged()) {
      if (verdict.verdict !== "refuse") continue;
      this.#report(entry, verdict);
      if (verdict.rule === "flood") blocked = verdict.detail;
    }
    this.#remember();
    return blocked;
  }

  judged(): JudgedRequest[] {
    const entries = this.#entries();
    const known = new Map([...this.#approved, ...entries.map(({ csr }) => [csr.name, csr] as const)]);
    const node = this.#cluster.node(this.#worker.nodeName);
    const load = this.#cluster.load;
    const situation = { node: node && registrationOf(node), requests: [...known.values()], load };
    return entries.map((entry) => ({ entry, verdict: judgeCsr(entry.csr, this.#worker, situation) }));
  }

  #entries(): CsrEntry[] {
    return this.#cluster.csrs.indexed(...this.keys);
  }

  #approvable(): CsrEntry | undefined {
    return this.judged().find(({ verdict }) => verdict.verdict === "approve")?.entry;
  }

  /** False when the request has changed or is gone. */
  async #approve(entry: CsrEntry, signal: AbortSignal): Promise<boolean> {
    const { nodeName, serverId, owner } = this.#worker;
    const approved = await this.#cluster.approve(entry, `${nodeName} is server ${serverId} of ${owner}`, signal);
    const kind = entry.csr.signer === signers.client ? "client" : "serving";
    if (approved) this.#log.status(`approved ${kind} request ${entry.csr.name}`);
    return approved;
  }

  /** A flood is reported once, not once per request. */
  #report({ csr, uid }: CsrEntry, { rule, detail }: { rule: string; detail: string }): void {
    const [key, text] =
      rule === "flood" ? [rule, detail] : [`${uid} ${rule}`, `request ${csr.name} stays pending (${rule}): ${detail}`];
    if (this.#cluster.isNews(key)) this.#log.warn(text);
  }

  #remember(): void {
    for (const { csr, conditions } of this.#entries()) {
      if (csr.state !== "approved" || !isClientOf(csr, this.#worker)) continue;
      this.#approved.set(csr.name, csr);
      this.#approvedAt ??= approvedAt(conditions) ?? Date.now();
    }
  }
}
