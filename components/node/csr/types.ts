/**
 * Who may join. The rules of OpenShift's machine approver (openshift/cluster-machine-approver@a9edd695,
 * pkg/controller/csr_check.go), with its Machine replaced by what this stack knows of the worker's server, and one key
 * per server generation. Pure: plain data in, a verdict out. Nothing is ever denied: what fails stays pending.
 */

import type { Condition } from "../../kubernetes/types.ts";

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
  /** what the API server refuses, ignores or reads otherwise, each completing "it has ..."; undefined: nothing */
  ambiguities?: string[] | undefined;
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
  readonly nodeName: string;
  readonly serverId: string;
  /** RFC 3339, from Nova */
  readonly serverCreated: string;
  /** fixed IPs of the worker's own ports */
  readonly fixedIps: string[];
  /**
   * `address`: no cloud controller gives Nodes a providerID, so that name, address and key alone tell the machine. undefined:
   * the providerID tells it
   */
  readonly identity?: "address" | undefined;
  /** RFC 3339: by when a machine that is known by its address has to ask for its first key; undefined: no bound */
  readonly joinBy?: string | undefined;
}

/** What the Node's registration says, when there is one. */
export interface Registration {
  internalIps: string[];
  providerId: string | undefined;
  /** the server that our own annotation names */
  markedServer?: string | undefined;
  /** RFC 3339: the last report of a kubelet that stopped reporting (condition Ready is Unknown); undefined: it reports */
  silentSince?: string | undefined;
}

/** Which client keys the worker's server may have. */
export interface Admission {
  /** the key that was approved for the server (keys.ts, keyOf); undefined: none was, or it is not known */
  readonly clientKey?: string | undefined;
  /** one other key may be approved, because the user says so explicitly */
  readonly readmit?: boolean | undefined;
}

/** What else is known when a request is judged. */
export interface Situation extends Admission {
  /** the registration of the Node of the worker's name, undefined when there is none */
  node: Registration | undefined;
  /** every request known, from which the competitors of the judged one are found */
  requests: readonly Csr[];
  /** undefined: no flood guard */
  load?: Load | undefined;
}

/** Why a request stays pending: the check that it failed. */
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
  | "server"
  | "flood";

export type CsrVerdict =
  /** by the rule for a new node's client certificate, for one that lapsed, for another key, or for a serving certificate */
  | { verdict: "approve"; rule: "client" | "lapsed" | "readmit" | "serving" }
  /** not about this worker, or decided by another controller */
  | { verdict: "ignore"; detail: string }
  /** may be approved once the cluster knows more */
  | { verdict: "wait"; detail: string }
  /** stays pending and is reported */
  | {
      verdict: "refuse";
      rule: CsrRule;
      detail: string;
      /** its key is another than the one that was approved for the server, or came too late, and nothing else is wrong with it */
      readmittable?: true;
    };

/** How many node requests are pending, and how many may be. */
export interface Load {
  /** node requests of the last hour that nobody has decided */
  pending: number;
  /** above this many, nothing is approved */
  limit: number;
}

/** When a request was approved, ms since the epoch; undefined when it is not known yet. */
export function approvedAt(conditions: readonly Condition[]): number | undefined {
  const condition = conditions.find((it) => it.type === "Approved");
  const at = condition?.lastTransitionTime ?? condition?.lastUpdateTime;
  return at === undefined ? undefined : Date.parse(at);
}
