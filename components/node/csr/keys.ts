import type { Condition } from "../../kubernetes/types.ts";
import { type Admission, approvedAt, type Csr } from "./types.ts";

/**
 * One client key per server: which one that is, across processes. The state keeps the hash of the key that was approved;
 * what was approved by a process that did not come to save its state still stands in the cluster, for an hour
 * (kubernetes, pkg/controller/certificates/cleaner). Pure.
 *
 * A detach that stops between the OpenShiftNode and its server leaves the key to the Node, as an annotation. A kubelet may
 * write those of its own Node, but whoever can has the key already, or one that it renewed.
 *
 * What cannot be known: a Node says nothing of its kubelet's client key (its serving certificate has another one), and
 * kube-controller-manager approves the kubelet's renewals, each with a new key, without this program. So the key of a
 * worker whose state has none, because an earlier release made it or it was imported, is the one whose approval still
 * stands; otherwise the next that is approved.
 */

/** The reason of an approval by this program. */
export const approvalReason = "OpenStackBaremetalCompute";

/** A request's key as it is stored and shown: the SHA-256 of its SubjectPublicKeyInfo, hexadecimal as sha256sum prints it. */
export function keyOf({ request }: Csr): string | undefined {
  return request && `SHA256:${request.publicKey}`;
}

/** A key as it is stored. */
export const keyPattern = /^SHA256:[0-9a-f]{64}$/;

/**
 * With the key that a detach has noted, where the state has none.
 *
 * @param noted the annotation of the Node of this very server, undefined when it has none
 */
export function withNotedKey(admission: Admission, noted: string | undefined): Admission {
  if (admission.clientKey !== undefined || noted === undefined || !keyPattern.test(noted)) return admission;
  return { ...admission, clientKey: noted };
}

/** True unless it is known that the key of the request is not the server's. */
export function mayHaveKey(csr: Csr, { clientKey, readmit }: Admission): boolean {
  return clientKey === undefined || readmit === true || keyOf(csr) === clientKey;
}

/** After an approval of a client request by this process: whatever its key is, no other one is admitted. */
export function afterApproval(csr: Csr): Admission {
  return { clientKey: keyOf(csr), readmit: false };
}

/** A client request of the worker that is approved. */
export interface Approval {
  csr: Csr;
  conditions: readonly Condition[];
}

/**
 * With what the approvals that stand in the cluster tell. The state outranks them, but for one case: a process that
 * admitted another key and ended before it saved its state. An administrator's approval (`oc adm certificate approve`)
 * tells the key only if nothing else does.
 */
export function withApprovals(admission: Admission, approvals: readonly Approval[]): Admission {
  const { clientKey, readmit } = admission;
  if (clientKey !== undefined && readmit !== true) return admission;
  const own = latest(approvals.filter(({ conditions }) => conditions.some((it) => it.reason === approvalReason)));
  const key = own ?? (clientKey === undefined ? latest(approvals) : undefined);
  if (key === undefined || key === clientKey) return admission;
  return { clientKey: key, readmit: own === undefined && readmit === true };
}

function latest(approvals: readonly Approval[]): string | undefined {
  const at = ({ conditions }: Approval) => approvedAt(conditions) ?? 0;
  const last = approvals.toSorted((a, b) => at(a) - at(b)).at(-1);
  return last && keyOf(last.csr);
}
