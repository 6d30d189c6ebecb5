import type { Cluster, CsrEntry } from "../cluster/cluster.ts";
import { type Issuable, registrationOf } from "../cluster/readiness.ts";
import { claimsOfWorker, isClientOf, judgeCsr, signers } from "../csr/judge.ts";
import { approvedAt, type Csr, type CsrVerdict } from "../csr/types.ts";
import type { ResourceLog } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";

/** A request and how it is judged. */
export interface Judged {
  row: CsrEntry;
  verdict: CsrVerdict;
}

/** The certificate requests about one worker that joins: those that are right are approved, the others are reported. */
export class JoinRequests {
  readonly #cluster: Cluster;
  readonly #line: ResourceLog;
  readonly #worker: NodeInputs;
  /** the keys of the requests about the worker */
  readonly keys: string[];
  /** client requests of this server that were approved: kube-controller-manager removes them after an hour */
  readonly #approved = new Map<string, Csr>();
  #approvedAt: number | undefined;

  constructor(cluster: Cluster, line: ResourceLog, worker: NodeInputs) {
    this.#cluster = cluster;
    this.#line = line;
    this.#worker = worker;
    this.keys = claimsOfWorker(worker);
  }

  /** When a client request of this server was approved, ms since the epoch. */
  get approvedAt(): number | undefined {
    return this.#approvedAt;
  }

  /** An approved one has its certificate, or was removed since: kube-controller-manager does that after an hour. */
  get issued(): boolean {
    const approved = this.#rows().filter(({ csr }) => this.#approved.has(csr.name));
    return approved.length === 0 || approved.some((row) => row.issued);
  }

  all(): Csr[] {
    return this.#rows().map(({ csr }) => csr);
  }

  /** All of them, and which have their certificate. */
  issuable(): Issuable[] {
    return this.#rows();
  }

  /** The kubelet asks to join. */
  get asks(): boolean {
    return this.all().some((csr) => csr.state === "pending" && isClientOf(csr, this.#worker));
  }

  /**
   * Approves what is right, reports once what is not.
   *
   * @returns why nothing is approved for now, undefined when there is no such reason
   */
  async attend(signal: AbortSignal): Promise<string | undefined> {
    // an approval decides on the others: they are judged anew after each
    let approvable = this.#approvable();
    while (approvable && (await this.#approve(approvable, signal))) approvable = this.#approvable();
    let held: string | undefined;
    for (const { row, verdict } of this.judged()) {
      if (verdict.verdict !== "refuse") continue;
      this.#report(row, verdict);
      if (verdict.rule === "flood") held = verdict.detail;
    }
    this.#remember();
    return held;
  }

  judged(): Judged[] {
    const rows = this.#rows();
    const known = new Map([...this.#approved, ...rows.map(({ csr }) => [csr.name, csr] as const)]);
    const node = this.#cluster.node(this.#worker.nodeName);
    const load = this.#cluster.load;
    const situation = { node: node && registrationOf(node), requests: [...known.values()], load };
    return rows.map((row) => ({ row, verdict: judgeCsr(row.csr, this.#worker, situation) }));
  }

  #rows(): CsrEntry[] {
    return this.#cluster.csrs.indexed(...this.keys);
  }

  #approvable(): CsrEntry | undefined {
    return this.judged().find(({ verdict }) => verdict.verdict === "approve")?.row;
  }

  /** False when the request changed or went meanwhile: its row is about to say so. */
  async #approve(row: CsrEntry, signal: AbortSignal): Promise<boolean> {
    const { nodeName, serverId, owner } = this.#worker;
    const approved = await this.#cluster.approve(row, `${nodeName} is server ${serverId} of ${owner}`, signal);
    const kind = row.csr.signer === signers.client ? "client" : "serving";
    if (approved) this.#line.status(`approved ${kind} request ${row.csr.name}`);
    return approved;
  }

  /** A flood is one report, not one a request. */
  #report({ csr, uid }: CsrEntry, { rule, detail }: { rule: string; detail: string }): void {
    const [key, text] =
      rule === "flood" ? [rule, detail] : [`${uid} ${rule}`, `request ${csr.name} stays pending (${rule}): ${detail}`];
    if (this.#cluster.isNews(key)) this.#line.warn(text);
  }

  #remember(): void {
    for (const { csr, conditions } of this.#rows()) {
      if (csr.state !== "approved" || !isClientOf(csr, this.#worker)) continue;
      this.#approved.set(csr.name, csr);
      this.#approvedAt ??= approvedAt(conditions) ?? Date.now();
    }
  }
}
