import { canonicalIp, canonicalName, serverIdOf } from "./addresses.ts";

/**
 * Who may join. The rules of OpenShift's machine approver (openshift/cluster-machine-approver@a9edd695,
 * pkg/controller/csr_check.go), with its Machine replaced by what this stack knows of the worker's server, and one key
 * per server generation. Pure: plain data in, a verdict out. Nothing is ever denied: what fails stays pending.
 */

export const signers = {
  client: "kubernetes.io/kube-apiserver-client-kubelet",
  serving: "kubernetes.io/kubelet-serving",
} as const;

const bootstrapper = {
  username: "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
  groups: [
    "system:serviceaccounts:openshift-machine-config-operator",
    "system:serviceaccounts",
    "system:authenticated",
  ],
};
const nodeUser = "system:node:";
const nodesGroup = "system:nodes";

/** Clocks of the cloud and of the API server may differ by this much, in ms (csr_check.go, machineClockSkew). */
const clockSkew = 10_000;

/** The fields of a PKCS#10 request that decide. */
export interface CertificateRequest {
  /** every common name of the subject: there must be one */
  commonNames: string[];
  organizations: string[];
  dns: string[];
  ips: string[];
  emails: string[];
  uris: string[];
  /** subject alternative names of any other kind */
  otherNames: string[];
  /** SHA-256 of the DER of the public key, hexadecimal */
  publicKey: string;
  /** the request is signed by its own key (proof of possession) */
  signatureValid: boolean;
}

/** A CertificateSigningRequest, read. */
export interface Csr {
  name: string;
  /** metadata.creationTimestamp, RFC 3339 */
  created: string;
  signer: string;
  username: string;
  groups: string[];
  usages: string[];
  /** undefined: not a readable PKCS#10 */
  request: CertificateRequest | undefined;
  state: "pending" | "approved" | "denied" | "failed";
}

/** What this stack knows of the worker. */
export interface WorkerFacts {
  /** name of the Node and of the Nova server */
  nodeName: string;
  serverId: string;
  /** RFC 3339, from Nova */
  serverCreated: string;
  /** fixed IPs of the worker's own ports */
  fixedIps: string[];
}

/** What the Node's registration says, when there is one. */
export interface Registration {
  internalIps: string[];
  providerId: string | undefined;
}

export type CsrRule =
  | "readable"
  | "signature"
  | "user"
  | "groups"
  | "common-name"
  | "organization"
  | "names"
  | "usages"
  | "window"
  | "node-absent"
  | "one-key"
  | "address"
  | "server";

export type CsrVerdict =
  | { verdict: "approve" }
  /** not about this worker, or not to be decided by us */
  | { verdict: "ignore"; detail: string }
  /** may be approved once the cluster knows more */
  | { verdict: "wait"; detail: string }
  /** stays pending and is reported */
  | { verdict: "refuse"; rule: CsrRule; detail: string };

/**
 * The verdict on one request.
 *
 * @param csr the request
 * @param worker the stack's facts of the worker
 * @param node the registration of the Node of that name, undefined when there is none
 * @param all every request known, from which the competitors of `csr` are found
 */
export function judgeCsr(
  csr: Csr,
  worker: WorkerFacts,
  node: Registration | undefined,
  all: readonly Csr[],
): CsrVerdict {
  if (csr.state !== "pending") return { verdict: "ignore", detail: `already ${csr.state}` };
  if (csr.signer !== signers.client && csr.signer !== signers.serving) {
    return { verdict: "ignore", detail: `signer ${csr.signer} is not a kubelet's` };
  }
  if (!isAbout(csr, worker)) return { verdict: "ignore", detail: `not about ${worker.nodeName}` };
  return csr.signer === signers.client ? judgeClient(csr, worker, node, all) : judgeServing(csr, worker, node);
}

/** True when a request claims the worker's name or an address of it, in whatever way. */
export function isAbout(csr: Csr, worker: WorkerFacts): boolean {
  const name = canonicalName(worker.nodeName);
  const ips = worker.fixedIps.map(canonicalIp);
  const request = csr.request;
  const claimed = [csr.username, ...(request?.commonNames ?? [])]
    .filter((user) => user.startsWith(nodeUser))
    .map((user) => user.slice(nodeUser.length));
  return (
    [...claimed, ...(request?.dns ?? [])].some((it) => canonicalName(it) === name) ||
    (request?.ips ?? []).some((ip) => ips.includes(canonicalIp(ip)))
  );
}

function judgeClient(csr: Csr, worker: WorkerFacts, node: Registration | undefined, all: readonly Csr[]): CsrVerdict {
  if (csr.username.startsWith(nodeUser)) {
    return {
      verdict: "ignore",
      detail: `a renewal by ${csr.username}: kube-controller-manager's to approve (selfnodeclient)`,
    };
  }
  const fault = clientFault(csr, worker);
  if (fault) return fault;
  if (node) {
    return refuse("node-absent", `Node ${worker.nodeName} exists already: its kubelet renews with its own certificate`);
  }
  return keyFault(csr, worker, all) ?? { verdict: "approve" };
}

/** True for a client request that is this worker's in every respect, its competitors aside. */
export function isClientOf(csr: Csr, worker: WorkerFacts): boolean {
  return csr.signer === signers.client && isAbout(csr, worker) && clientFault(csr, worker) === undefined;
}

/** What a client request says of itself, its competitors aside. */
function clientFault(csr: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  const { request } = csr;
  if (!request) return refuse("readable", "spec.request is not a readable PKCS#10");
  if (!request.signatureValid) return refuse("signature", "the request is not signed by the key it names");
  if (csr.username !== bootstrapper.username) {
    return refuse("user", `requested by ${csr.username || "nobody"}, expected ${bootstrapper.username}`);
  }
  if (!sameSet(csr.groups, bootstrapper.groups)) {
    return refuse("groups", `groups [${list(csr.groups)}], expected exactly [${list(bootstrapper.groups)}]`);
  }
  const subject = subjectFault(request, worker);
  if (subject) return subject;
  const names = [...request.dns, ...request.ips, ...request.emails, ...request.uris, ...request.otherNames];
  if (names.length > 0)
    return refuse("names", `a client certificate has no alternative names, this one asks for ${list(names)}`);
  return usagesFault(csr.usages, "client auth") ?? windowFault(csr, worker);
}

function judgeServing(csr: Csr, worker: WorkerFacts, node: Registration | undefined): CsrVerdict {
  const { request } = csr;
  if (!request) return refuse("readable", "spec.request is not a readable PKCS#10");
  if (!request.signatureValid) return refuse("signature", "the request is not signed by the key it names");
  const expected = nodeUser + worker.nodeName;
  if (csr.username !== expected)
    return refuse("user", `requested by ${csr.username || "nobody"}, expected ${expected}`);
  const groups = [nodesGroup, "system:authenticated"];
  if (!groups.every((group) => csr.groups.includes(group))) {
    return refuse("groups", `groups [${list(csr.groups)}], expected [${list(groups)}] among them`);
  }
  const fault =
    subjectFault(request, worker) ??
    servingNamesFault(request, worker) ??
    usagesFault(csr.usages, "server auth") ??
    windowFault(csr, worker);
  return fault ?? registrationFault(worker, node) ?? { verdict: "approve" };
}

/** Common name and organization: the same for both kinds (Kubernetes' own signers demand exactly this too). */
function subjectFault(request: CertificateRequest, worker: WorkerFacts): CsrVerdict | undefined {
  const expected = nodeUser + worker.nodeName;
  if (request.commonNames.length !== 1 || request.commonNames[0] !== expected) {
    return refuse("common-name", `common name [${list(request.commonNames)}], expected ${expected}`);
  }
  if (request.organizations.length !== 1 || request.organizations[0] !== nodesGroup) {
    return refuse("organization", `organization [${list(request.organizations)}], expected exactly [${nodesGroup}]`);
  }
  return undefined;
}

function servingNamesFault(request: CertificateRequest, worker: WorkerFacts): CsrVerdict | undefined {
  const ips = worker.fixedIps.map(canonicalIp);
  const foreign = [
    ...request.dns.filter((name) => name !== worker.nodeName),
    ...request.ips.filter((ip) => !ips.includes(canonicalIp(ip))),
    ...request.emails,
    ...request.uris,
    ...request.otherNames,
  ];
  if (foreign.length > 0) {
    return refuse(
      "names",
      `asks for ${list(foreign)}, which is neither ${worker.nodeName} nor one of [${list(worker.fixedIps)}]`,
    );
  }
  if (request.dns.length + request.ips.length === 0)
    return refuse("names", "a serving certificate needs a name or an address");
  return undefined;
}

function usagesFault(usages: string[], purpose: "client auth" | "server auth"): CsrVerdict | undefined {
  const asked = usages.filter((usage) => usage !== "key encipherment");
  const expected = ["digital signature", purpose];
  if (sameSet(asked, expected)) return undefined;
  return refuse("usages", `usages [${list(usages)}], expected [${list(expected)}] with or without key encipherment`);
}

/**
 * A request made since the worker's server was: those of a former server of that name say nothing about this one. Open
 * at the end: a late request is fine as long as the server is ours (OpenShift's own window of 2 h is what okd#373
 * suffers from).
 */
export function isSinceServer(created: string, worker: WorkerFacts): boolean {
  return Date.parse(created) >= Date.parse(worker.serverCreated) - clockSkew;
}

function windowFault(csr: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  if (isSinceServer(csr.created, worker)) return undefined;
  return refuse("window", `created ${csr.created}, before its server (${worker.serverCreated})`);
}

/**
 * One client key per server generation: the kubelet keeps its key while it bootstraps, so a second one is somebody
 * else's, or the first was. Only requests that are right in every other respect compete: a stranger without the
 * bootstrap credential cannot block a worker.
 */
function keyFault(csr: Csr, worker: WorkerFacts, all: readonly Csr[]): CsrVerdict | undefined {
  const key = csr.request?.publicKey;
  const rivals = all.filter(
    (other) =>
      other.name !== csr.name &&
      (other.state === "pending" || other.state === "approved") &&
      other.request?.publicKey !== key &&
      isClientOf(other, worker),
  );
  const approved = rivals.find((other) => other.state === "approved");
  if (approved) {
    return refuse("one-key", `${csr.name} has another key than ${approved.name}, which is approved for this server`);
  }
  if (rivals.length === 0) return undefined;
  const names = [csr, ...rivals].map((it) => it.name).sort();
  return refuse("one-key", `${list(names)} ask for the same name with different keys: none of them is approved`);
}

/** The Node must have registered as the server that we know. */
function registrationFault(worker: WorkerFacts, node: Registration | undefined): CsrVerdict | undefined {
  if (!node) return { verdict: "wait", detail: `Node ${worker.nodeName} has not registered` };
  if (node.providerId !== undefined && serverIdOf(node.providerId) !== worker.serverId) {
    return refuse("server", `Node says providerID ${node.providerId}, expected server ${worker.serverId}`);
  }
  if (node.internalIps.length === 0)
    return { verdict: "wait", detail: `Node ${worker.nodeName} has no InternalIP yet` };
  const ips = worker.fixedIps.map(canonicalIp);
  const foreign = node.internalIps.filter((ip) => !ips.includes(canonicalIp(ip)));
  if (foreign.length > 0) {
    return refuse(
      "address",
      `Node says InternalIP ${list(foreign)}, which is none of the ports' [${list(worker.fixedIps)}]`,
    );
  }
  return undefined;
}

function refuse(rule: CsrRule, detail: string): CsrVerdict {
  return { verdict: "refuse", rule, detail };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set(a).size === a.length && a.every((it) => b.includes(it));
}

function list(items: readonly string[]): string {
  return items.join(", ");
}
