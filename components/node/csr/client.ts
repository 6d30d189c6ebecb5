import { signers } from "../../kubernetes/types.ts";
import {
  bootstrapperRefusal,
  isAbout,
  list,
  proofRefusal,
  refuse,
  subjectRefusal,
  usagesRefusal,
  userOf,
  windowRefusal,
} from "./checks.ts";
import { serverIdOf } from "./names.ts";
import type { Csr, CsrVerdict, Registration, Situation, WorkerFacts } from "./types.ts";

/** The rules for a client certificate: a kubelet's first one, and one for a kubelet whose certificate lapsed. */
export function judgeClient(csr: Csr, worker: WorkerFacts, { node, requests }: Situation): CsrVerdict {
  if (isRenewal(csr, worker)) {
    return { verdict: "ignore", detail: "a renewal by the node itself, which kube-controller-manager approves" };
  }
  const refusal = clientRefusal(csr, worker);
  if (refusal) return refusal;
  if (node) return judgeLapsed(csr, worker, node, requests);
  return keyRefusal(csr, competitorsOf(csr, worker, requests)) ?? { verdict: "approve", rule: "client" };
}

/** kube-controller-manager approves these (selfnodeclient; MCO, csr-renewal-role-binding.yaml). */
function isRenewal(csr: Csr, worker: WorkerFacts): boolean {
  const user = userOf(worker);
  return csr.username === user && csr.request?.commonNames.length === 1 && csr.request.commonNames[0] === user;
}

/** True for a client request that passes every check for this worker, apart from competing requests and its Node. */
export function isClientOf(csr: Csr, worker: WorkerFacts): boolean {
  return csr.signer === signers.client && isAbout(csr, worker) && clientRefusal(csr, worker) === undefined;
}

/** The checks on the request alone. */
function clientRefusal(csr: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  const { request } = csr;
  const refusal = proofRefusal(request) ?? bootstrapperRefusal(csr);
  if (refusal || !request) return refusal;
  const names = [...request.dns, ...request.ips, ...request.emails, ...request.uris, ...request.otherNames];
  const detail = `a client certificate has no alternative names, this one asks for ${list(names)}`;
  return (
    subjectRefusal(request, worker) ??
    (names.length > 0 ? refuse("names", detail) : undefined) ??
    usagesRefusal(csr.usages, "client auth") ??
    windowRefusal(csr, worker)
  );
}

/**
 * A kubelet whose certificate lapsed while nobody renewed it exits and bootstraps again (kubernetes,
 * pkg/kubelet/certificate/transport.go): its Node exists, so the rule for new ones refuses it. It is approved when the
 * Node is registered as our server, the kubelet stopped reporting before it asked, and no other key is requested.
 */
function judgeLapsed(csr: Csr, worker: WorkerFacts, node: Registration, requests: readonly Csr[]): CsrVerdict {
  const exists = `Node ${worker.nodeName} exists already`;
  const { silentSince } = node;
  if (silentSince === undefined) {
    return refuse("node-absent", `${exists} and its kubelet reports: it renews with its own certificate`);
  }
  if (!isRegisteredAs(node, worker)) {
    return refuse("node-absent", `${exists}, does not report, and is not known to be server ${worker.serverId}`);
  }
  if (!(Date.parse(silentSince) <= Date.parse(csr.created))) {
    return refuse("node-absent", `${exists}, and its kubelet still reported at ${silentSince}, after this request`);
  }
  // what was approved before the last report is the key that lapsed
  const competitors = competitorsOf(csr, worker, requests).filter(
    (other) => other.state === "pending" || Date.parse(other.created) >= Date.parse(silentSince),
  );
  return keyRefusal(csr, competitors) ?? { verdict: "approve", rule: "lapsed" };
}

/** By the providerID of the cloud controller, or by our own annotation until it is set. */
function isRegisteredAs(node: Registration, worker: WorkerFacts): boolean {
  return (node.providerId === undefined ? node.markedServer : serverIdOf(node.providerId)) === worker.serverId;
}

/**
 * The request by which a worker of ours that does not report may come back: a reason for an update to join it again.
 *
 * @param requests every request known
 * @returns undefined when there is none that may be approved
 */
export function lapsedRequest(
  requests: readonly Csr[],
  worker: WorkerFacts,
  node: Registration | undefined,
): Csr | undefined {
  if (node?.silentSince === undefined) return undefined;
  return requests.find((csr) => {
    if (csr.state !== "pending" || csr.signer !== signers.client || !isAbout(csr, worker)) return false;
    const verdict = judgeClient(csr, worker, { node, requests });
    return verdict.verdict === "approve" && verdict.rule === "lapsed";
  });
}

/**
 * The requests with another key. Only those that pass every other check compete: a requester without the bootstrap
 * credential cannot block a worker.
 */
function competitorsOf(csr: Csr, worker: WorkerFacts, requests: readonly Csr[]): Csr[] {
  return requests.filter(
    (other) =>
      other.name !== csr.name &&
      (other.state === "pending" || other.state === "approved") &&
      other.request?.publicKey !== csr.request?.publicKey &&
      isClientOf(other, worker),
  );
}

/**
 * One client key per server generation: the kubelet keeps its key while it bootstraps (kubernetes,
 * pkg/kubelet/certificate/bootstrap, kubelet-client.key.tmp), so a second one is somebody else's, or the first was.
 */
function keyRefusal(csr: Csr, competitors: readonly Csr[]): CsrVerdict | undefined {
  const approved = competitors.find((other) => other.state === "approved");
  if (approved) {
    return refuse("one-key", `${csr.name} has another key than ${approved.name}, which is approved for this server`);
  }
  if (competitors.length === 0) return undefined;
  const names = [csr, ...competitors].map((it) => it.name).sort();
  return refuse("one-key", `${list(names)} ask for the same name with different keys: none of them is approved`);
}
