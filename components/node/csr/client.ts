import { signers } from "../../kubernetes/types.ts";
import {
  bootstrapperRefusal,
  hasOwnAddresses,
  isAbout,
  list,
  proofRefusal,
  refuse,
  subjectRefusal,
  usagesRefusal,
  userOf,
  windowRefusal,
} from "./checks.ts";
import { keyOf } from "./keys.ts";
import { serverIdOf } from "./names.ts";
import type { Csr, CsrVerdict, Registration, Situation, WorkerFacts } from "./types.ts";

/** The rules for a client certificate: a kubelet's first one, and one for a kubelet whose certificate lapsed. */
export function judgeClient(csr: Csr, worker: WorkerFacts, situation: Situation): CsrVerdict {
  if (isRenewal(csr, worker)) {
    return { verdict: "ignore", detail: "a renewal by the node itself, which kube-controller-manager approves" };
  }
  const { node } = situation;
  const refusal =
    clientRefusal(csr, worker) ??
    (node && registrationRefusal(csr, worker, node)) ??
    lateRefusal(csr, worker, situation);
  return refusal ?? judgeKey(csr, worker, situation);
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
 * pkg/kubelet/certificate/transport.go): its Node exists, so the rule for new ones refuses it. Its request is judged by
 * its key when the Node is registered as our server and the kubelet stopped reporting before it asked.
 */
function registrationRefusal(csr: Csr, worker: WorkerFacts, node: Registration): CsrVerdict | undefined {
  const exists = `Node ${worker.nodeName} exists already`;
  const { silentSince } = node;
  if (silentSince === undefined) {
    return refuse("node-absent", `${exists} and its kubelet reports: it renews with its own certificate`);
  }
  if (!isRegisteredAs(node, worker)) {
    return refuse("node-absent", `${exists}, does not report, and is not known to be server ${worker.serverId}`);
  }
  if (Date.parse(silentSince) <= Date.parse(csr.created)) return undefined;
  return refuse("node-absent", `${exists}, and its kubelet still reported at ${silentSince}, after this request`);
}

/**
 * Where no cloud controller looks the machine up, whoever has the bootstrap token may ask in its name as long as it has not
 * asked itself: so a first key has to come while the machine boots. A key that is known, or that the user admits, may come late.
 */
function lateRefusal(csr: Csr, { joinBy }: WorkerFacts, { clientKey, readmit }: Situation): CsrVerdict | undefined {
  if (joinBy === undefined || Date.parse(csr.created) <= Date.parse(joinBy)) return undefined;
  if (readmit === true || (clientKey !== undefined && keyOf(csr) === clientKey)) return undefined;
  const detail = `created ${csr.created}, after the machine had to ask (${joinBy}): no providerID tells whether it is the machine`;
  return { verdict: "refuse", rule: "window", detail, readmittable: true };
}

/**
 * One client key per server generation: the kubelet keeps its key while it bootstraps (kubernetes,
 * pkg/kubelet/certificate/bootstrap, kubelet-client.key.tmp), so a second one is somebody else's, or the first was. That
 * a Node does not report is no proof that its machine asks: a reboot is silent for longer than a stranger needs. So a
 * worker that had joined gets another key only when the user says so (readmit).
 */
function judgeKey(csr: Csr, worker: WorkerFacts, { node, requests, clientKey, readmit }: Situation): CsrVerdict {
  const isKnown = clientKey !== undefined && keyOf(csr) === clientKey;
  const isFirst = clientKey === undefined && node === undefined;
  if (!isKnown && !isFirst && readmit !== true) return otherKeyRefusal(csr, worker, requests, clientKey);
  const competitors = competitorsOf(csr, worker, requests).filter((other) =>
    other.state === "pending"
      ? !isKnown || readmit === true
      : keyOf(other) !== clientKey && !(node && isFromBefore(other, node)),
  );
  const rule = isKnown || isFirst ? (node ? "lapsed" : "client") : "readmit";
  return keyRefusal(csr, competitors) ?? { verdict: "approve", rule };
}

/** What was approved before the last report is the key that lapsed. */
function isFromBefore(other: Csr, { silentSince }: Registration): boolean {
  return silentSince !== undefined && Date.parse(other.created) < Date.parse(silentSince);
}

/** The refusal of a key that the user has to admit. */
function otherKeyRefusal(
  csr: Csr,
  worker: WorkerFacts,
  requests: readonly Csr[],
  clientKey: string | undefined,
): CsrVerdict {
  const approved = requests.find((it) => it.state === "approved" && keyOf(it) === clientKey && isClientOf(it, worker));
  const detail =
    clientKey === undefined
      ? `${csr.name} has key ${String(keyOf(csr))}, and which one was approved for this server is not known`
      : otherKey(csr, approved ? `${approved.name}, which` : "the one that", clientKey);
  return { verdict: "refuse", rule: "one-key", detail, readmittable: true };
}

function otherKey(csr: Csr, than: string, key: string | undefined): string {
  const keys = `${String(keyOf(csr))} instead of ${String(key)}`;
  return `${csr.name} has another key than ${than} is approved for this server: ${keys}`;
}

/** By the providerID of the cloud controller, or by our own annotation until it is set; without one, by its address as well. */
function isRegisteredAs(node: Registration, worker: WorkerFacts): boolean {
  if (worker.identity === "address" && !hasOwnAddresses(node.internalIps, worker)) return false;
  return (node.providerId === undefined ? node.markedServer : serverIdOf(node.providerId)) === worker.serverId;
}

/**
 * The request by which a worker of ours that does not report may come back: a reason for an update to join it again.
 *
 * @returns undefined when there is none that may be approved
 */
export function lapsedRequest(worker: WorkerFacts, situation: Situation): Csr | undefined {
  return pendingRequests(worker, situation).find((csr) => {
    const verdict = judgeClient(csr, worker, situation);
    return verdict.verdict === "approve" && verdict.rule === "lapsed";
  });
}

/** The requests of a worker of ours that does not report which its key alone keeps from being approved. */
export function readmittableRequests(worker: WorkerFacts, situation: Situation): { csr: Csr; detail: string }[] {
  return pendingRequests(worker, situation).flatMap((csr) => {
    const verdict = judgeClient(csr, worker, situation);
    return verdict.verdict === "refuse" && verdict.readmittable ? [{ csr, detail: verdict.detail }] : [];
  });
}

function pendingRequests(worker: WorkerFacts, { node, requests }: Situation): Csr[] {
  if (node?.silentSince === undefined) return [];
  return requests.filter((csr) => csr.state === "pending" && csr.signer === signers.client && isAbout(csr, worker));
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

/** Two keys: of an approved one it is the second, of pending ones nobody knows whose is whose. */
function keyRefusal(csr: Csr, competitors: readonly Csr[]): CsrVerdict | undefined {
  const approved = competitors.find((other) => other.state === "approved");
  if (approved) return refuse("one-key", otherKey(csr, `${approved.name}, which`, keyOf(approved)));
  if (competitors.length === 0) return undefined;
  const all = [csr, ...competitors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = list(all.map(({ name }) => name));
  const keys = list(all.map((it) => String(keyOf(it))));
  return refuse("one-key", `${names} ask for the same name with different keys: none of them is approved (${keys})`);
}
