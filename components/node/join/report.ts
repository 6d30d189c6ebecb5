import type { ApiError } from "../../kubernetes/client.ts";
import { seconds } from "../../lib/duration.ts";
import { signers } from "../csr/judge.ts";
import { type CsrVerdict } from "../csr/types.ts";
import { section } from "../operation/messages.ts";
import type { PhaseTimeout } from "../operation/phases.ts";
import { timeoutCause } from "../operation/phases.ts";
import { type NodeInputs, serverUrnOf } from "../operation/types.ts";
import type { Judged } from "./requests.ts";

/** What a join tells when it does not get on. Pure. */

/** Where to look, by the phase that timed out. */
const hints: Record<string, string[]> = {
  boot: [
    "the server's console or its BMC: does it boot, and does Ignition get through?",
    "from the machine network: the payload's URL in Swift, and the Machine Config Server (port 22623) of the pointer",
    "the API server (api-int, port 6443) from the machine network, and its DNS name",
    "a server that had joined before and whose Node was deleted: it registers again when its kubelet is restarted",
  ],
  registration: [
    "kube-controller-manager: does it sign approved requests?",
    "the kubelet's journal on the server: can it reach the API server (api-int, port 6443)?",
  ],
  "serving CSR": [
    "the kubelet's journal on the server: it asks for a serving certificate once its Node has addresses",
    "the cloud controller: it gives the Node its addresses and its providerID",
  ],
  ready: [
    "the Node's conditions: the network plugin's pods on this node are what is usually missing",
    "the cloud controller: it sets the providerID and takes off the uninitialized taint",
  ],
};

/** A Node of the worker's name that is not provably one of ours. */
export function joinTaken({ nodeName }: NodeInputs, detail: string): string {
  return (
    `node ${nodeName}: a Node of that name exists, and it is not this worker's: ${detail}. Nothing was approved. ` +
    `If its machine is gone, remove it (oc delete node ${nodeName}) and run \`pulumi up\` again.`
  );
}

/** A join that ran out of time. */
export function joinTimeout(
  timeout: PhaseTimeout,
  worker: NodeInputs,
  seen: readonly string[],
  judged: readonly Judged[],
): string {
  const { name } = timeout.phase;
  return [
    `node ${worker.nodeName}: phase "${name}" ${timeoutCause(timeout)}; it waited for ${timeout.phase.awaiting()}.`,
    ...section("Last seen", seen),
    ...section("Look at", [`server ${worker.serverId}`, ...(hints[name] ?? [])]),
    ...next(worker, judged),
  ].join("\n");
}

/** A Node that had registered and was removed while the join waited for it. */
export function joinVanished(phase: string, worker: NodeInputs, seen: readonly string[]): string {
  return [
    `node ${worker.nodeName}: its Node had registered and is gone again (phase "${phase}"): somebody deleted it, or the ` +
      `cloud controller, which removes the Node of a server that it does not find. Its kubelet registers only when it starts.`,
    ...section("Last seen", seen),
    ...section("Next", [
      `on server ${worker.serverId}: systemctl restart kubelet, then \`pulumi up\``,
      `or have the server replaced: pulumi up --replace '${serverUrnOf(worker)}'`,
    ]),
  ].join("\n");
}

/** A request of the join that the API server will not serve. */
export function joinRefused(phase: string, worker: NodeInputs, error: ApiError): string {
  const allowed =
    error.status === 403
      ? "The kubeconfig's account lacks this permission: components/kubernetes/permissions.ts lists what it needs, and " +
        "the component NodeRegistrar grants it. "
      : "";
  return (
    `node ${worker.nodeName}: phase "${phase}": ${error.message}. ${allowed}` +
    "The server is kept. Once the cause is gone, `pulumi up` goes on with the same server."
  );
}

/** What to type: the requests that were refused come first, for a server that is replaced would meet them again. */
function next(worker: NodeInputs, judged: readonly Judged[]): string[] {
  const refused = judged.flatMap(({ row, verdict }) =>
    verdict.verdict === "refuse" ? [{ name: row.csr.name, flood: verdict.rule === "flood" }] : [],
  );
  const names = refused.flatMap((it) => (it.flood ? [] : [it.name])).join(" ");
  return section("Next", [
    ...(refused.some((it) => it.flood)
      ? ["oc get csr: who files so many requests? Delete those that are nobody's"]
      : []),
    ...(names === "" ? [] : [`oc describe csr ${names}; those that are nobody's: oc delete csr ${names}`]),
    "once the cause is gone: `pulumi up` goes on with the same server, which is kept",
    `or have it replaced: pulumi up --replace '${serverUrnOf(worker)}'`,
  ]);
}

/** One request and what became of it. */
export function describeRequest({ row, verdict }: Judged): string {
  const { csr, issued } = row;
  const kind = csr.signer === signers.client ? "client" : "serving";
  const state = csr.state === "approved" ? `, certificate ${issued ? "issued" : "not issued"}` : "";
  return `${kind} request ${csr.name} of ${csr.created}: ${outcome(verdict)}${state}`;
}

function outcome(verdict: CsrVerdict): string {
  if (verdict.verdict === "refuse") return `refused (${verdict.rule}): ${verdict.detail}`;
  return verdict.verdict === "approve" ? "approvable" : verdict.detail;
}

/** A kubelet that may join and does not: its certificate has to be signed, then it has to reach the API server. */
export function describeSilence(nodeName: string, approved: number, issued: boolean, now: number): string {
  const cause = issued
    ? "the kubelet cannot reach the API server, or was refused by it"
    : "its certificate is not issued: kube-controller-manager does not sign it";
  return `client request approved ${seconds((now - approved) / 1000)} ago, no Node ${nodeName}: ${cause}`;
}
