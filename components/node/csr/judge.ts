import { signers } from "../../kubernetes/types.ts";
import { isAbout, refuse } from "./checks.ts";
import { judgeClient } from "./client.ts";
import { judgeServing } from "./serving.ts";
import type { Csr, CsrVerdict, Load, Situation, WorkerFacts } from "./types.ts";

export { signers } from "../../kubernetes/types.ts";
export { claimsOf, claimsOfWorker, hasOwnAddresses, isAbout, isSinceServer } from "./checks.ts";
export { isClientOf, lapsedRequest, readmittableRequests } from "./client.ts";

/** The verdict on one request about one worker. */
export function judgeCsr(csr: Csr, worker: WorkerFacts, situation: Situation): CsrVerdict {
  if (csr.state !== "pending") return { verdict: "ignore", detail: `already ${csr.state}` };
  if (csr.signer !== signers.client && csr.signer !== signers.serving) {
    return { verdict: "ignore", detail: `signer ${csr.signer} is not a kubelet's` };
  }
  if (!isAbout(csr, worker)) return { verdict: "ignore", detail: `not about ${worker.nodeName}` };
  const verdict =
    csr.signer === signers.client ? judgeClient(csr, worker, situation) : judgeServing(csr, worker, situation.node);
  return (verdict.verdict === "approve" ? floodRefusal(situation.load) : undefined) ?? verdict;
}

/** More requests than the cluster can need: somebody floods it, and nothing is approved until that is over. */
function floodRefusal(load: Load | undefined): CsrVerdict | undefined {
  if (load === undefined || load.pending <= load.limit) return undefined;
  const count = `${load.pending} node requests of the last hour are pending, more than the limit of ${load.limit}`;
  return refuse("flood", `${count}: nothing is approved until there are fewer`);
}
