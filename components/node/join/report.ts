import type { ApiError } from "../../kubernetes/api-error.ts";
import { humanDuration } from "../../lib/duration.ts";
import { signers } from "../csr/judge.ts";
import { type CsrVerdict } from "../csr/types.ts";
import { listSection } from "../operation/messages.ts";
import type { PhaseTimeout } from "../operation/phases.ts";
import { timeoutCause } from "../operation/phases.ts";
import { type NodeInputs, serverUrnOf } from "../operation/types.ts";
import { type BootProgress, bootHints } from "./boot-progress.ts";
import type { CloudReport } from "./cloud-view.ts";
import { readmitAdvice } from "./readmission.ts";
import type { JudgedRequest } from "./requests.ts";

/** The messages of a join that fails. Pure. */

/** Where to look, by the phase that timed out; of the boot see boot-progress.ts. */
const hints: Record<string, string[]> = {
  registration: [
    "kube-controller-manager: does it sign approved requests?",
    "the kubelet's journal on the server: can it reach the API server (api-int, port 6443)?",
  ],
  "serving CSR": [
    "the kubelet's journal on the server: it asks for a serving certificate once its Node has addresses",
    "the cloud controller: it gives the Node its addresses and its providerID",
  ],
  ready: [
    "the Node's conditions: the network plugin's pods on this node are the usual cause",
    "the cloud controller: it sets the providerID and removes the uninitialized taint",
  ],
};

/** The same where no cloud controller runs. */
const hintsByAddress: typeof hints = {
  ...hints,
  "serving CSR": hints["serving CSR"]?.slice(0, 1) ?? [],
  ready: [
    ...(hints["ready"]?.slice(0, 1) ?? []),
    "the kubelet's options: with --cloud-provider=external it waits for a cloud controller, which this cluster does not have",
  ],
};

/** A Node with the worker's name that is not provably ours. */
export function nameTaken({ nodeName }: NodeInputs, detail: string): string {
  return (
    `node ${nodeName}: a Node of that name exists, and it is not this worker's: ${detail}. Nothing was approved. ` +
    `If its machine is gone, remove it (oc delete node ${nodeName}) and run \`pulumi up\` again.`
  );
}

/** A Node that cannot be this worker's, whatever is waited for. */
export function contradictory({ nodeName, serverId }: NodeInputs, contradiction: string): string {
  return (
    `node ${nodeName}: the registered Node does not match server ${serverId}: ${contradiction}. ` +
    "Its serving request was not approved. Check the server's ports and interfaces, then run `pulumi up` again."
  );
}

const hintsOf = ({ identity }: NodeInputs): typeof hints => (identity === "address" ? hintsByAddress : hints);

/** What is known at the end of a join. */
interface LastSeen {
  lines: readonly string[];
  judged: readonly JudgedRequest[];
  /** undefined: the kubelet has asked, or has its Node */
  boot: BootProgress | undefined;
  /** undefined: it was not asked */
  cloud: CloudReport | undefined;
}

/** A join that ran out of time. */
export function joinTimeout(timeout: PhaseTimeout, worker: NodeInputs, seen: LastSeen): string {
  const { name } = timeout.phase;
  return [
    `node ${worker.nodeName}: phase "${name}" ${timeoutCause(timeout)}; it was waiting for ${timeout.phase.awaiting()}.`,
    ...listSection("Last seen", [...seen.lines, ...(seen.cloud?.lines ?? [])]),
    ...(seen.cloud?.isGone ? ofGoneServer(worker) : ofServer(name, worker, seen)),
  ].join("\n");
}

function ofServer(phase: string, worker: NodeInputs, { judged, boot }: LastSeen): string[] {
  const lookAt = phase === "boot" ? bootHints(worker.serverId, boot) : (hintsOf(worker)[phase] ?? []);
  return [...listSection("Look at", [`server ${worker.serverId}`, ...lookAt]), ...next(worker, judged)];
}

const ofGoneServer = ({ serverId }: NodeInputs): string[] => [
  ...listSection("Look at", [`who deleted it: openstack server event list ${serverId}`]),
  ...listSection("Next", ["run `pulumi refresh`, then `pulumi up`: it makes another server"]),
];

/** A Node that registered and was removed while the join waited for it. */
export function nodeVanished(phase: string, worker: NodeInputs, seen: readonly string[]): string {
  return [
    `node ${worker.nodeName}: its Node had registered and is gone again (phase "${phase}"): somebody deleted it, or the ` +
      `cloud controller did, because it does not find the server. A kubelet registers only when it starts.`,
    ...listSection("Last seen", seen),
    ...listSection("Next", [
      `on server ${worker.serverId}: systemctl restart kubelet, then \`pulumi up\``,
      `or replace the server: pulumi up --replace '${serverUrnOf(worker)}'`,
    ]),
  ].join("\n");
}

/** A request of the join that the API server refused. */
export function apiRefused(phase: string, worker: NodeInputs, error: ApiError): string {
  const allowed =
    error.status === 403
      ? "The kubeconfig's account is missing this permission: components/kubernetes/permissions.ts lists what it needs, and " +
        "the component NodeRegistrar grants it. "
      : "";
  return (
    `node ${worker.nodeName}: phase "${phase}": ${error.message}. ${allowed}` +
    "The server is kept. Fix the cause, then run `pulumi up` again: it continues with the same server."
  );
}

/** What to type. The refused requests come first: a replaced server would run into them again. */
function next(worker: NodeInputs, judged: readonly JudgedRequest[]): string[] {
  const refused = judged.flatMap(({ entry, verdict }) =>
    verdict.verdict === "refuse" ? [{ name: entry.csr.name, flood: verdict.rule === "flood" }] : [],
  );
  const names = refused.flatMap((it) => (it.flood ? [] : [it.name])).join(" ");
  const others = judged.flatMap(({ entry, verdict }) =>
    verdict.verdict === "refuse" && verdict.readmittable ? [entry.csr] : [],
  );
  return listSection("Next", [
    ...(refused.some((it) => it.flood)
      ? ["oc get csr: find out who files so many requests, and delete those that belong to no node"]
      : []),
    ...(names === "" ? [] : [`oc describe csr ${names}; delete those that belong to no node: oc delete csr ${names}`]),
    ...others.map((csr) => `request ${csr.name}: ${readmitAdvice(worker, csr)}`),
    "fix the cause, then run `pulumi up` again: it continues with the same server",
    `or replace the server: pulumi up --replace '${serverUrnOf(worker)}'`,
  ]);
}

/** One request and its verdict. */
export function describeRequest({ entry, verdict }: JudgedRequest): string {
  const { csr, issued } = entry;
  const kind = csr.signer === signers.client ? "client" : "serving";
  const certificate = csr.state === "approved" ? `, certificate ${issued ? "issued" : "not issued"}` : "";
  return `${kind} request ${csr.name} of ${csr.created}: ${outcome(verdict)}${certificate}`;
}

function outcome(verdict: CsrVerdict): string {
  if (verdict.verdict === "refuse") return `refused (${verdict.rule}): ${verdict.detail}`;
  return verdict.verdict === "approve" ? "approvable" : verdict.detail;
}

/** Why an approved kubelet has no Node: its certificate has to be signed, then it has to reach the API server. */
export function describeMissingNode(nodeName: string, approved: number, issued: boolean, now: number): string {
  const cause = issued
    ? "the kubelet cannot reach the API server, or was refused by it"
    : "its certificate is not issued: kube-controller-manager does not sign it";
  return `client request approved ${humanDuration((now - approved) / 1000)} ago, no Node ${nodeName}: ${cause}`;
}
