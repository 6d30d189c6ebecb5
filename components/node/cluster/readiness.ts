import { isCordonedBy } from "../../kubernetes/cordons.ts";
import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { canonicalIp } from "../../lib/ip.ts";
import { hasOwnAddresses, isSinceServer, signers } from "../csr/judge.ts";
import { serverIdOf } from "../csr/names.ts";
import type { Csr, Registration, WorkerFacts } from "../csr/types.ts";

/** Set by the kubelet under an external cloud provider, removed by the cloud controller once it found the server. */
const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";

/** kube-controller-manager removes approved requests after an hour (kubernetes, certificates/cleaner). */
const approvedCsrLifetime = 3_600_000;

/** What a Node is missing before it counts as ready, or why it never will be. */
export interface Readiness {
  missing: string[];
  contradiction: string | undefined;
}

/** What a Node's registration says. */
export function registrationOf(node: NodeObject): Registration {
  const ready = node.status?.conditions?.find((it) => it.type === "Ready");
  return {
    internalIps: addressesOf(node, "InternalIP"),
    providerId: node.spec.providerID,
    markedServer: node.metadata.annotations?.[annotations.serverId],
    // the node controller sets Unknown when a kubelet no longer reports, and keeps the time of the last report
    silentSince: ready?.status === "Unknown" ? (ready.lastHeartbeatTime ?? ready.lastTransitionTime) : undefined,
  };
}

export function addressesOf(node: NodeObject, type: string): string[] {
  return (node.status?.addresses ?? []).filter((it) => it.type === type).map((it) => it.address);
}

/** The status of the Ready condition: "True", "False", "Unknown" (the kubelet does not report), or undefined before the first report. */
export function readyStatus(node: NodeObject): string | undefined {
  return node.status?.conditions?.find((it) => it.type === "Ready")?.status;
}

/**
 * Ready means: Ready condition, InternalIP of our ports, providerID of our server, initialized by the cloud controller. Without
 * one a Node has no providerID, and a kubelet that waits for one keeps its taint for good.
 */
export function readiness(node: NodeObject | undefined, worker: WorkerFacts): Readiness {
  if (!node) return { missing: ["the Node's registration"], contradiction: undefined };
  const contradiction = contradictionOf(node, worker);
  const missing: string[] = [];
  const ready = node.status?.conditions?.find((it) => it.type === "Ready");
  if (ready?.status !== "True") {
    missing.push(
      `condition Ready (${ready ? `${ready.status}: ${ready.message ?? ready.reason ?? "no reason"}` : "not reported"})`,
    );
  }
  if (addressesOf(node, "InternalIP").length === 0) missing.push("an InternalIP");
  const hasController = worker.identity !== "address";
  if (hasController && node.spec.providerID === undefined) missing.push("a providerID (cloud controller)");
  if ((node.spec.taints ?? []).some((it) => it.key === uninitialized)) {
    const remover = hasController
      ? "cloud controller"
      : "this cluster has no cloud controller, and the kubelet runs with --cloud-provider=external";
    missing.push(`removal of taint ${uninitialized} (${remover})`);
  }
  return { missing, contradiction };
}

function contradictionOf(node: NodeObject, worker: WorkerFacts): string | undefined {
  const { internalIps, providerId } = registrationOf(node);
  const expected = worker.fixedIps.map(canonicalIp);
  const foreign = internalIps.filter((ip) => !expected.includes(canonicalIp(ip)));
  if (foreign.length > 0) {
    return `its InternalIP ${foreign.join(", ")} is none of the fixed IPs of its ports (${worker.fixedIps.join(", ")})`;
  }
  if (providerId !== undefined && serverIdOf(providerId) !== worker.serverId) {
    return `its providerID ${providerId} is not that of server ${worker.serverId}`;
  }
  return undefined;
}

/** A certificate request, and whether its certificate is issued. */
export interface Issuable {
  csr: Csr;
  /** status.certificate is set */
  issued: boolean;
}

/** The state of a kubelet's serving certificate. */
export type ServingState = "none" | "pending" | "approved" | "issued";

/** What a join waits for in each state. */
export const servingAwaits: Record<ServingState, string> = {
  none: "the kubelet's serving request",
  pending: "a serving request that may be approved",
  approved: "the certificate of the approved serving request (kube-controller-manager signs it)",
  issued: "nothing else",
};

/**
 * Whether the kubelet has been given a serving certificate: approved is not issued, the signer comes after the approval.
 * A pending request beside an approved one does not count: it is a renewal, or one that must not be approved and would
 * keep the worker waiting. A node older than the lifetime of approved requests has no request left to show: it counts as
 * served unless one is pending.
 */
export function servingState(
  node: NodeObject,
  worker: WorkerFacts,
  requests: readonly Issuable[],
  now: number,
): ServingState {
  const own = requests.filter(
    ({ csr }) =>
      csr.signer === signers.serving &&
      csr.username === `system:node:${node.metadata.name}` &&
      isSinceServer(csr.created, worker),
  );
  const approved = own.filter(({ csr }) => csr.state === "approved");
  if (approved.length > 0) return approved.some((it) => it.issued) ? "issued" : "approved";
  if (own.some(({ csr }) => csr.state === "pending")) return "pending";
  return now - Date.parse(node.metadata.creationTimestamp) > approvedCsrLifetime ? "issued" : "none";
}

/** Which server a Node of the worker's name comes from. */
export type NodeOrigin =
  /** of this very server: continue */
  | { kind: "ours" }
  /** of a former server of this worker: remove it before anything is approved */
  | { kind: "former"; detail: string }
  /** of somebody else */
  | { kind: "foreign"; detail: string };

/**
 * Whatever the annotations say, a Node whose providerID is that of our server is ours: a kubelet may write its own Node's
 * annotations, and nobody can change a providerID.
 *
 * @param owners this stack's name, and the ones it had before
 */
export function originOf(node: NodeObject, worker: WorkerFacts, owners: readonly string[]): NodeOrigin {
  const server = serverIdOf(node.spec.providerID);
  if (server === worker.serverId) return { kind: "ours" };
  const notes = node.metadata.annotations ?? {};
  const annotatedServer = notes[annotations.serverId];
  const annotatedOwner = notes[annotations.owner];
  if (annotatedOwner !== undefined && !owners.includes(annotatedOwner)) {
    return { kind: "foreign", detail: `it is annotated as a worker of ${annotatedOwner}` };
  }
  const { providerID } = node.spec;
  if (annotatedServer !== undefined && providerID !== undefined && annotatedServer !== server) {
    return {
      kind: "foreign",
      detail: `its annotation names server ${annotatedServer}, its providerID is ${providerID}`,
    };
  }
  const known = annotatedServer ?? server;
  if (known === worker.serverId) return { kind: "ours" };
  if (known !== undefined && annotatedOwner !== undefined) {
    return { kind: "former", detail: `it belongs to server ${known}, which this worker had before` };
  }
  if (known !== undefined || providerID !== undefined) {
    const says =
      providerID === undefined ? `annotation names server ${String(annotatedServer)}` : `providerID is ${providerID}`;
    return { kind: "foreign", detail: `its ${says}, not server ${worker.serverId}` };
  }
  return registeredByOurServer(node, worker)
    ? { kind: "ours" }
    : {
        kind: "foreign",
        detail: "it has no providerID, and neither its age nor its address are those of this worker",
      };
}

/** Registered but not initialized by the cloud controller yet: only a kubelet that we approved has that name, age and address. */
function registeredByOurServer(node: NodeObject, worker: WorkerFacts): boolean {
  const ips = addressesOf(node, "InternalIP");
  // without a cloud controller a kubelet registers with its addresses
  const isOwn = hasOwnAddresses(ips, worker) || (ips.length === 0 && worker.identity !== "address");
  return isSinceServer(node.metadata.creationTimestamp, worker) && isOwn;
}

/** What a join does with an existing Node of the worker's name. */
export type StaleVerdict =
  /** it is of this very server */
  | { verdict: "keep" }
  /** it is of a former server of this worker, whose kubelet does not report or which this stack has drained */
  | { verdict: "remove"; detail: string }
  /** it is of a former server of this worker, whose kubelet may still run: it would register its Node again */
  | { verdict: "wait"; detail: string }
  /** it cannot be shown to be a former one of ours */
  | { verdict: "refuse"; detail: string };

/** @param owners this stack's name, and the ones it had before */
export function staleVerdict(node: NodeObject, worker: WorkerFacts, owners: readonly string[]): StaleVerdict {
  const origin = originOf(node, worker, owners);
  if (origin.kind === "ours") return { verdict: "keep" };
  const { detail } = origin;
  // the cordon was made by the providerID (ownership.ts): a join that was killed before its Node was annotated left no more
  if (isCordonedBy(node, owners)) {
    return { verdict: "remove", detail: `${detail}, and this stack cordoned it to detach it` };
  }
  if (origin.kind === "foreign") return { verdict: "refuse", detail };
  const ready = readyStatus(node);
  if (ready === "True" || ready === "False") {
    return { verdict: "wait", detail: `${detail}, and its kubelet still reports (Ready: ${ready})` };
  }
  return { verdict: "remove", detail: `${detail}, and its kubelet does not report` };
}
