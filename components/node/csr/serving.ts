import { canonicalIp } from "../../lib/ip.ts";
import { list, nodeRefusal, proofRefusal, refuse, subjectRefusal, usagesRefusal, windowRefusal } from "./checks.ts";
import { canonicalName, serverIdOf } from "./names.ts";
import type { CertificateRequest, Csr, CsrVerdict, Registration, WorkerFacts } from "./types.ts";

/** The rules for a serving certificate: names and addresses of the worker only, and a Node that registered as its server. */
export function judgeServing(csr: Csr, worker: WorkerFacts, node: Registration | undefined): CsrVerdict {
  const { request } = csr;
  const refusal = proofRefusal(request) ?? nodeRefusal(csr, worker);
  if (refusal) return refusal;
  return (
    (request && (subjectRefusal(request, worker) ?? namesRefusal(request, worker))) ??
    usagesRefusal(csr.usages, "server auth") ??
    windowRefusal(csr, worker) ??
    registrationRefusal(worker, node) ?? { verdict: "approve", rule: "serving" }
  );
}

function namesRefusal(request: CertificateRequest, worker: WorkerFacts): CsrVerdict | undefined {
  const name = canonicalName(worker.nodeName);
  const ips = worker.fixedIps.map(canonicalIp);
  const foreign = [
    ...request.dns.filter((it) => it !== name),
    ...request.ips.filter((ip) => !ips.includes(canonicalIp(ip))),
    ...request.emails,
    ...request.uris,
    ...request.otherNames,
  ];
  if (foreign.length > 0) {
    return refuse("names", `asks for ${list(foreign)}, which is neither ${name} nor one of [${list(worker.fixedIps)}]`);
  }
  if (request.dns.length + request.ips.length > 0) return undefined;
  return refuse("names", "a serving certificate needs a name or an address");
}

/** The Node must have registered as the server that we know. */
function registrationRefusal(worker: WorkerFacts, node: Registration | undefined): CsrVerdict | undefined {
  if (!node) return { verdict: "wait", detail: `Node ${worker.nodeName} has not registered` };
  if (node.providerId !== undefined && serverIdOf(node.providerId) !== worker.serverId) {
    return refuse("server", `the Node has providerID ${node.providerId}, expected server ${worker.serverId}`);
  }
  if (node.internalIps.length === 0) {
    return { verdict: "wait", detail: `Node ${worker.nodeName} has no InternalIP yet` };
  }
  const ips = worker.fixedIps.map(canonicalIp);
  const foreign = node.internalIps.filter((ip) => !ips.includes(canonicalIp(ip)));
  if (foreign.length === 0) return undefined;
  const expected = list(worker.fixedIps);
  return refuse(
    "address",
    `the Node has InternalIP ${list(foreign)}, which is none of its ports' fixed IPs [${expected}]`,
  );
}
