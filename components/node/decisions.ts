import { z } from "zod";
import type { CertificateSigningRequestObject, NodeObject, PodObject } from "../kubernetes/types.ts";
import { registrationOf } from "./cluster/readiness.ts";
import { judgeCsr } from "./csr/judge.ts";
import { readCsr } from "./csr/pkcs10.ts";
import type { Load } from "./csr/types.ts";
import {
  type CertificateRequest,
  type Csr,
  type CsrVerdict,
  type Registration,
  type WorkerFacts,
} from "./csr/types.ts";
import { csrQuestion, drainQuestion } from "./decision-shapes.ts";
import { podName } from "../kubernetes/pods.ts";
import { daemonSetOf, drainPlan, type DrainPolicy, type PodAction } from "./drain/policy.ts";

/**
 * The two decisions of the node provider on plain JSON data, so that any table of cases can be run against them:
 * who may join (csr/judge.ts), and what a drain does with each pod of a node (drain/policy.ts). Neither reads a cluster.
 */

/** A request that is parsed already. */
export type PlainCsr = Pick<Csr, "name" | "created" | "signer"> &
  Partial<Omit<Csr, "request">> & { request?: Partial<CertificateRequest> | null };

/** What {@link decideCsr} takes. */
export interface CsrQuestion {
  csr: PlainCsr | CertificateSigningRequestObject;
  worker: WorkerFacts;
  node?: NodeObject | { [key in keyof Registration]?: Registration[key] | null } | null;
  others?: (PlainCsr | CertificateSigningRequestObject)[];
  load?: Load;
  clientKey?: string | null;
  readmit?: boolean;
}

/** What {@link decideDrain} takes. */
export interface DrainQuestion {
  pods: PodObject[];
  policy?: Partial<DrainPolicy>;
  daemonSets?: string[];
  now?: string;
}

export interface DrainDecision {
  /** `blocked`: the drain fails, and nothing is evicted */
  verdict: "drain" | "blocked";
  /** what happens to each pod, in the order of the question; `pod` is `namespace/name` */
  pods: ({ pod: string } & PodAction)[];
}

/**
 * Judges one certificate request about one worker.
 *
 * - `csr`: a CertificateSigningRequest as the API server writes it, or one that is parsed already, as in the example. Its
 *   `request` is null when it is no readable PKCS#10. Absent: lists are empty, `signatureValid` is true, `publicKey` is
 *   "", `state` is pending.
 * - `worker`: `nodeName`, of Node and server; `serverId`; `serverCreated`, RFC 3339; `fixedIps` of its ports; where no cloud
 *   controller gives Nodes a providerID, `identity: "address"`, and `joinBy`, RFC 3339: by when it has to ask.
 * - `node`: the Node of that name as the API server writes it, or its registration: `internalIps`, `providerId`,
 *   `markedServer` (our annotation), `silentSince` (RFC 3339: the last report of a kubelet that stopped reporting).
 *   Default: there is no such Node.
 * - `others`: the other requests that are known. Default: none.
 * - `load`: node requests of the last hour that are `pending`, and the `limit` above which nothing is approved. Default:
 *   no flood guard.
 * - `clientKey`: the key that was approved for the server, `SHA256:` and a request's `publicKey`. Default: none was, or it
 *   is not known.
 * - `readmit`: whether one other key may be approved. Default: false.
 *
 * The answer has a `verdict`: `approve` with the `rule` that grants it (client, serving, lapsed, readmit); `refuse` with
 * the `rule` that it breaks and a `detail`: it stays pending and is reported, `readmittable` if its key alone is wrong;
 * `wait` with a `detail`: for now; `ignore` with a `detail`: it is not about this worker, or another controller decides it.
 *
 * @example
 * { "csr": { "name": "csr-x7k2p", "created": "2026-01-01T12:05:00Z",
 *            "signer": "kubernetes.io/kube-apiserver-client-kubelet",
 *            "username": "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
 *            "groups": ["system:serviceaccounts", "system:serviceaccounts:openshift-machine-config-operator",
 *                       "system:authenticated"],
 *            "usages": ["digital signature", "client auth"],
 *            "request": { "commonNames": ["system:node:worker-0"], "organizations": ["system:nodes"],
 *                         "dns": ["api.example.test"], "publicKey": "3f2a" } },
 *   "worker": { "nodeName": "worker-0", "serverId": "11111111-2222-4333-8444-555555555555",
 *               "serverCreated": "2026-01-01T12:00:00Z", "fixedIps": ["10.0.0.10"] } }
 * -> { "verdict": "refuse", "rule": "names",
 *      "detail": "a client certificate has no alternative names, this one asks for api.example.test" }
 *
 * @throws Error that lists every error of the question with its path
 */
export async function decideCsr(question: CsrQuestion): Promise<CsrVerdict> {
  const { csr, worker, node, others, load, clientKey, readmit } = parse(csrQuestion, question);
  const judged = await read(csr);
  const requests = [judged, ...(await Promise.all(others.map(read)))];
  const registration = node && ("metadata" in node ? registrationOf(node) : node);
  return judgeCsr(judged, worker, { node: registration, requests, load, clientKey, readmit });
}

/**
 * Decides for every pod of a node that is drained.
 *
 * - `pods`: as the API server writes them.
 * - `policy`: `ignoreDaemonSets` (default true, as the node provider drains), `deleteEmptyDirData` and `force` (default
 *   false), `skipWaitForDelete`: seconds after which a pod that terminates counts as gone, for a node that does not answer
 *   (default 0: never).
 * - `daemonSets`: `namespace/name` of each DaemonSet that exists. Default: every one that controls one of the pods.
 * - `now`: RFC 3339. Default: the time of the call; it matters for `skipWaitForDelete` only.
 *
 * The answer has a `verdict` and for each pod an `action`: `evict`; `skip` or `block` with the `rule` (deleted, daemonset,
 * mirror, emptydir, unmanaged) and a `detail`.
 *
 * @example
 * { "pods": [{ "metadata": { "name": "cache-0", "namespace": "shop",
 *                            "ownerReferences": [{ "kind": "ReplicaSet", "name": "cache", "uid": "1", "controller": true }] },
 *              "spec": { "volumes": [{ "name": "data", "emptyDir": {} }] }, "status": { "phase": "Running" } }],
 *   "policy": { "deleteEmptyDirData": false } }
 * -> { "verdict": "blocked",
 *      "pods": [{ "pod": "shop/cache-0", "action": "block", "rule": "emptydir",
 *                 "detail": "volume data is an emptyDir, whose data would be lost: evicted only with deleteEmptyDirData" }] }
 *
 * @throws Error that lists every error of the question with its path
 */
export function decideDrain(question: DrainQuestion): DrainDecision {
  const { pods, policy, daemonSets = controllers(question.pods), now } = parse(drainQuestion, question);
  const at = now === undefined ? Date.now() : Date.parse(now);
  const plans = drainPlan(pods, policy, at, new Set(daemonSets));
  return {
    verdict: plans.some(({ plan }) => plan.action === "block") ? "blocked" : "drain",
    pods: plans.map(({ pod, plan }) => ({ pod: podName(pod), ...plan })),
  };
}

async function read(csr: Csr | CertificateSigningRequestObject): Promise<Csr> {
  return "spec" in csr ? readCsr(csr) : csr;
}

function controllers(pods: readonly PodObject[]): string[] {
  return pods.flatMap((pod) => daemonSetOf(pod) ?? []);
}

function parse<T extends z.ZodType>(shape: T, question: unknown): z.output<T> {
  const read = shape.safeParse(question);
  if (!read.success) throw new Error(`the question is invalid:\n${z.prettifyError(read.error)}`);
  return read.data;
}
