import { annotations } from "../../kubernetes/types.ts";
import type { Cluster, CsrEntry } from "../cluster/cluster.ts";
import { type Issuable, registrationOf } from "../cluster/readiness.ts";
import { claimsOf, claimsOfWorker, isClientOf, isSinceServer, judgeCsr, signers } from "../csr/judge.ts";
import { afterApproval, keyOf, mayHaveKey, withApprovals, withNotedKey } from "../csr/keys.ts";
import { canonicalName } from "../csr/names.ts";
import { type Admission, approvedAt, type Csr, type CsrVerdict } from "../csr/types.ts";
import { ownersOf, ownershipOf } from "../metadata/ownership.ts";
import type { ResourceLog } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";
import { readmitAdvice } from "./readmission.ts";

/** A request and its verdict. */
export interface JudgedRequest {
  entry: CsrEntry;
  verdict: CsrVerdict;
}

type Refusal = Extract<CsrVerdict, { verdict: "refuse" }>;

/** What it reads and writes of the cluster. */
type Requests = Pick<Cluster, "approve" | "isNews" | "load" | "node"> & { csrs: Pick<Cluster["csrs"], "indexed"> };

/** The certificate requests about one joining worker: approves the valid ones and reports the others. */
export class JoinRequests {
  readonly #cluster: Requests;
  readonly #log: ResourceLog;
  readonly #worker: NodeInputs;
  /** the keys of the requests about the worker */
  readonly keys: readonly string[];
  /** client requests of this server that were approved: kube-controller-manager removes them after an hour */
  readonly #approved = new Map<string, Csr>();
  #approvedAt: number | undefined;
  #admission: Admission;

  constructor(cluster: Requests, log: ResourceLog, worker: NodeInputs, admission: Admission) {
    this.#cluster = cluster;
    this.#log = log;
    this.#worker = worker;
    this.#admission = admission;
    this.keys = claimsOfWorker(worker);
  }

  /** Which client keys the server may have now: to be kept in the state, even if the join fails. */
  get admission(): Admission {
    return this.#admission;
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

  /** A client request of the kubelet is pending, with a key that the server may have. */
  get isPending(): boolean {
    return this.#pendingClients().some((csr) => mayHaveKey(csr, this.#admission));
  }

  /** What an admission of another key waits for, a line each; none: there is nobody to admit. */
  get awaitsSilence(): string[] {
    const { clientKey, readmit } = this.#admission;
    const asking = readmit === true ? this.#pendingClients().filter((csr) => keyOf(csr) !== clientKey) : [];
    return asking.map(({ name }) => `the kubelet that reports to end, before request ${name} is admitted instead`);
  }

  /**
   * Approves the valid requests, and reports each invalid one once.
   *
   * @returns why nothing is approved for now, undefined when there is no such reason
   */
  async process(signal: AbortSignal): Promise<string | undefined> {
    this.#learn();
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
    const situation = { node: node && registrationOf(node), requests: [...known.values()], load, ...this.#admission };
    return entries.map((entry) => ({ entry, verdict: judgeCsr(entry.csr, this.#worker, situation) }));
  }

  /**
   * What is about this server: requests since its creation that name the worker, or that are pending and ask for its
   * addresses. An address may have been an earlier worker's, and its requests are kept for a day.
   */
  judgedOfServer(): JudgedRequest[] {
    const name = canonicalName(this.#worker.nodeName);
    return this.judged().filter(
      ({ entry: { csr } }) =>
        isSinceServer(csr.created, this.#worker) && (csr.state === "pending" || claimsOf(csr).includes(name)),
    );
  }

  #entries(): CsrEntry[] {
    return this.#cluster.csrs.indexed(...this.keys);
  }

  #pendingClients(): Csr[] {
    return this.all().filter((csr) => csr.state === "pending" && isClientOf(csr, this.#worker));
  }

  /** An approval reaches the API server before the state does: one that stands tells what a killed process could not save. */
  #learn(): void {
    const approvals = this.#entries().filter(({ csr }) => csr.state === "approved" && isClientOf(csr, this.#worker));
    this.#admission = withApprovals(withNotedKey(this.#admission, this.#notedKey()), approvals);
  }

  #notedKey(): string | undefined {
    const node = this.#cluster.node(this.#worker.nodeName);
    if (!node || ownershipOf(node, this.#worker, ownersOf(this.#worker)).kind !== "ours") return undefined;
    return node.metadata.annotations?.[annotations.clientKey];
  }

  #approvable(): CsrEntry | undefined {
    return this.judged().find(({ verdict }) => verdict.verdict === "approve")?.entry;
  }

  /** False when the request has changed or is gone. */
  async #approve(entry: CsrEntry, signal: AbortSignal): Promise<boolean> {
    const { nodeName, serverId, owner } = this.#worker;
    const approved = await this.#cluster.approve(entry, `${nodeName} is server ${serverId} of ${owner}`, signal);
    const kind = entry.csr.signer === signers.client ? "client" : "serving";
    if (!approved) return false;
    if (kind === "client") this.#admission = afterApproval(entry.csr);
    this.#log.status(`approved ${kind} request ${entry.csr.name}`);
    return true;
  }

  /** A flood is reported once, not once per request. */
  #report({ csr, uid }: CsrEntry, { rule, detail, readmittable }: Refusal): void {
    const [key, text] =
      rule === "flood" ? [rule, detail] : [`${uid} ${rule}`, `request ${csr.name} stays pending (${rule}): ${detail}`];
    const advice = readmittable ? `. ${readmitAdvice(this.#worker, csr)}` : "";
    if (this.#cluster.isNews(key)) this.#log.warn(`${text}${advice}`);
  }

  #remember(): void {
    for (const { csr, conditions } of this.#entries()) {
      if (csr.state !== "approved" || !isClientOf(csr, this.#worker)) continue;
      this.#approved.set(csr.name, csr);
      this.#approvedAt ??= approvedAt(conditions) ?? Date.now();
    }
  }
}
