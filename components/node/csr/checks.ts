import { canonicalIp } from "../../lib/ip.ts";
import { canonicalName } from "./names.ts";
import type { CertificateRequest, Csr, CsrRule, CsrVerdict, WorkerFacts } from "./types.ts";

/** Who asks for a machine that has no certificate yet (csr_check.go, nodeBootstrapperUsername and -Groups). */
export const bootstrapper = {
  username: "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
  groups: [
    "system:serviceaccounts:openshift-machine-config-operator",
    "system:serviceaccounts",
    "system:authenticated",
  ],
};

const nodeUser = "system:node:";
export const nodesGroup = "system:nodes";

/** Clocks of the cloud and of the API server may differ by less than this, in ms (csr_check.go, maxMachineClockSkew). */
const clockSkew = 10_000;

/** `system:node:<name>`, as the worker's kubelet is called; a Node's name is lower case without a trailing dot. */
export function userOf(worker: WorkerFacts): string {
  return nodeUser + canonicalName(worker.nodeName);
}

/** The names and addresses that a request claims, in any of its fields, each in canonical form. */
export function claimsOf({ username, request }: Csr): string[] {
  const users = [username, ...(request?.commonNames ?? [])]
    .filter((user) => user.startsWith(nodeUser))
    .map((user) => user.slice(nodeUser.length));
  return [...[...users, ...(request?.dns ?? [])].map(canonicalName), ...(request?.ips ?? []).map(canonicalIp)];
}

const claims = new WeakMap<WorkerFacts, readonly string[]>();

/** What a worker's requests claim: its name and its addresses. Read once: each judgement compares with every request. */
export function claimsOfWorker(worker: WorkerFacts): readonly string[] {
  const own = claims.get(worker) ?? [canonicalName(worker.nodeName), ...worker.fixedIps.map(canonicalIp)];
  claims.set(worker, own);
  return own;
}

/** True when a request claims the worker's name or an address of it: others are not managed here. */
export function isAbout(csr: Csr, worker: WorkerFacts): boolean {
  const own = claimsOfWorker(worker);
  return claimsOf(csr).some((claim) => own.includes(claim));
}

export function bootstrapperRefusal({ username, groups }: Csr): CsrVerdict | undefined {
  if (username !== bootstrapper.username) {
    return refuse("user", `requested by ${username || "nobody"}, expected ${bootstrapper.username}`);
  }
  if (sameSet(groups, bootstrapper.groups)) return undefined;
  return refuse("groups", `groups [${list(groups)}], expected exactly [${list(bootstrapper.groups)}]`);
}

export function nodeRefusal({ username, groups }: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  const expected = userOf(worker);
  if (username !== expected) return refuse("user", `requested by ${username || "nobody"}, expected ${expected}`);
  const wanted = [nodesGroup, "system:authenticated"];
  if (wanted.every((group) => groups.includes(group))) return undefined;
  return refuse("groups", `groups [${list(groups)}], expected [${list(wanted)}] among them`);
}

/** The request must be readable, in one way only, and signed by its own key (proof of possession). */
export function proofRefusal(request: CertificateRequest | undefined): CsrVerdict | undefined {
  if (!request) return refuse("readable", "spec.request is not a readable PKCS#10");
  const { ambiguities = [] } = request;
  if (ambiguities.length > 0) {
    return refuse("readable", `the API server may read the request differently: it has ${list(ambiguities)}`);
  }
  return request.signatureValid ? undefined : refuse("signature", "the request is not signed by the key it names");
}

/** Common name and organization: the same for both kinds of request (Kubernetes' own signers require exactly this too). */
export function subjectRefusal(request: CertificateRequest, worker: WorkerFacts): CsrVerdict | undefined {
  const expected = userOf(worker);
  if (request.commonNames.length !== 1 || request.commonNames[0] !== expected) {
    return refuse("common-name", `common name [${list(request.commonNames)}], expected ${expected}`);
  }
  if (request.organizations.length !== 1 || request.organizations[0] !== nodesGroup) {
    return refuse("organization", `organization [${list(request.organizations)}], expected exactly [${nodesGroup}]`);
  }
  return undefined;
}

export function usagesRefusal(usages: string[], purpose: "client auth" | "server auth"): CsrVerdict | undefined {
  const asked = usages.filter((usage) => usage !== "key encipherment");
  const expected = ["digital signature", purpose];
  if (sameSet(asked, expected)) return undefined;
  return refuse("usages", `usages [${list(usages)}], expected [${list(expected)}] with or without key encipherment`);
}

/** Whether a Node has an address, and none but those of the worker's ports. */
export function hasOwnAddresses(internalIps: readonly string[], { fixedIps }: WorkerFacts): boolean {
  const own = fixedIps.map(canonicalIp);
  return internalIps.length > 0 && internalIps.every((ip) => own.includes(canonicalIp(ip)));
}

/**
 * A request made after the worker's server was created: earlier ones are of a former server of that name. The window is
 * open-ended: a late request is fine as long as the server is ours (OpenShift's own window of 2 h is what okd#373
 * suffers from).
 */
export function isSinceServer(created: string, worker: WorkerFacts): boolean {
  return Date.parse(created) > Date.parse(worker.serverCreated) - clockSkew;
}

export function windowRefusal(csr: Csr, worker: WorkerFacts): CsrVerdict | undefined {
  if (isSinceServer(csr.created, worker)) return undefined;
  return refuse("window", `created ${csr.created}, before its server (${worker.serverCreated})`);
}

export function refuse(rule: CsrRule, detail: string): CsrVerdict {
  return { verdict: "refuse", rule, detail };
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set(a).size === a.length && a.every((it) => b.includes(it));
}

export function list(items: readonly string[]): string {
  return items.join(", ");
}
