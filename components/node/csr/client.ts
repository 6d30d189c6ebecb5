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
    return { verdict: "ignore", detail: "a renewal by the node itself: kube-controller-manager's to approve" };
  }
  const refusal = clientRefusal(csr, worker);
  if (refusal) return refusal;
  if (node) return judgeLapsed(csr, worker, node, requests);
  return keyRefusal(csr, rivalsOf(csr, worker, requests)) ?? { verdict: "approve", rule: "client" };
}

/** kube-controller-manager approves these (selfnodeclient; MCO, csr-renewal-role-binding.yaml). */
function isRenewal(csr: Csr, worker: WorkerFacts): boolean {
  const user = userOf(worker);
  return csr.username === user && csr.request?.commonNames.length === 1 && csr.request.commonNames[0] === user;
}

/** True for a client request that is this worker's in every respect, its competitors and its Node aside. */
export function isClientOf(csr: Csr, worker: WorkerFacts): boolean {
  return csr.signer === signers.client && isAbout(csr, worker) && clientRefusal(csr, worker) === undefined;
}

/** What a client request says of itself. */
function clientRefusal(csr: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  const { request } = csr;
  const refusal = proofRefusal(request) ?? bootstrapperRefusal(csr);
  if (refusal || !request) return refusal;
  const names = [...request.dns, ...request.ips, ...request.emails, ...request.uris, ...request.otherNames];
  const named = `a client certificate has no alternative names, this one asks for ${list(names)}`;
  return (
    subjectRefusal(request, worker) ??
    (names.length > 0 ? refuse("names", named) : undefined) ??
    usagesRefusal(csr.usages, "client auth") ??
    windowRefusal(csr, worker)
  );
}

/**
 * A kubelet whose certificate lapsed while nobody renewed it exits and bootstraps again (kubernetes,
 * pkg/kubelet/certificate/transport.go): its Node is there, so that the rule for new ones refuses it. It is approved when
 * the Node is our server's by its registration, the kubelet has been silent since before it asked, and nobody else asks.
 */
function judgeLapsed(csr: Csr, worker: WorkerFacts, node: Registration, requests: readonly Csr[]): CsrVerdict {
  const taken = `Node ${worker.nodeName} exists already`;
  const { silentSince } = node;
  if (silentSince === undefined) {
    return refuse("node-absent", `${taken} and its kubelet reports: it renews with its own certificate`);
  }
  if (!isRegisteredAs(node, worker)) {
    return refuse("node-absent", `${taken}, silent, and is not known to be server ${worker.serverId}`);
  }
  if (!(Date.parse(silentSince) <= Date.parse(csr.created))) {
    return refuse("node-absent", `${taken}, and its kubelet still reported at ${silentSince}, after this request`);
  }
  // what was approved before the silence is the key that lapsed
  const rivals = rivalsOf(csr, worker, requests).filter(
    (other) => other.state === "pending" || Date.parse(other.created) >= Date.parse(silentSince),
  );
  return keyRefusal(csr, rivals) ?? { verdict: "approve", rule: "lapsed" };
}

/** The cloud controller's word, or until it has spoken our own annotation. */
function isRegisteredAs(node: Registration, worker: WorkerFacts): boolean {
  return (node.providerId === undefined ? node.markedServer : serverIdOf(node.providerId)) === worker.serverId;
}

/**
 * The request by which a silent worker of ours may come back: a reason for an update to go through the join again.
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
 * The requests with another key. Only those that are right in every other respect compete: a stranger without the
 * bootstrap credential cannot block a worker.
 */
function rivalsOf(csr: Csr, worker: WorkerFacts, requests: readonly Csr[]): Csr[] {
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
function keyRefusal(csr: Csr, rivals: readonly Csr[]): CsrVerdict | undefined {
  const approved = rivals.find((other) => other.state === "approved");
  if (approved) {
    return refuse("one-key", `${csr.name} has another key than ${approved.name}, which is approved for this server`);
  }
  if (rivals.length === 0) return undefined;
  const names = [csr, ...rivals].map((it) => it.name).sort();
  return refuse("one-key", `${list(names)} ask for the same name with different keys: none of them is approved`);
}
