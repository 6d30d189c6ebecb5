import { signers } from "../../../components/node/csr/judge.ts";
import type { CertificateSigningRequestObject } from "../../../components/kubernetes/types.ts";
import { clientCsr, generateKeys, pkcs10, servingCsr, worker } from "../../support/node-fixtures.ts";
import type { Given } from "../world/world.ts";

/** Real PKCS#10 requests, made once for all runs: keys take longer than a run does. */
export interface RequestTexts {
  readonly client: string;
  readonly serving: string;
  /** what no kubelet asks for */
  readonly withAnotherAddress: string;
  readonly withAlternativeNames: string;
}

const { nodeName, fixedIps } = worker;

/** Requests of one more key. */
export async function makeRequests(): Promise<RequestTexts> {
  const keys = await generateKeys();
  const commonName = `system:node:${nodeName}`;
  return {
    client: await pkcs10({ commonName, keys }),
    serving: await pkcs10({ commonName, keys, dns: [nodeName], ips: fixedIps }),
    withAnotherAddress: await pkcs10({ commonName, keys, dns: [nodeName], ips: ["10.9.9.9"] }),
    withAlternativeNames: await pkcs10({ commonName, keys, dns: ["api.example.test"] }),
  };
}

/** Who asks: the machine itself, or somebody who holds the bootstrap credential; `wrong` breaks a rule whoever asks. */
export type Truth = "kubelet" | "impostor" | "wrong";

/** A request as it is filed; `truth` is for the invariants, and no part of the API. */
export function filedRequest(name: string, kind: "client" | "serving", request: string, truth: Truth): Given {
  const { username, groups, usages } = kind === "client" ? clientCsr() : servingCsr();
  return { metadata: { name }, spec: { request, signerName: signers[kind], username, groups, usages }, truth };
}

export const truthOf = (object: object): Truth => (object as { truth: Truth }).truth;

export function isApproved(object: object): boolean {
  const { status } = object as CertificateSigningRequestObject;
  return (status?.conditions ?? []).some(({ type }) => type === "Approved");
}

export const isIssued = (object: object): boolean =>
  (object as CertificateSigningRequestObject).status?.certificate !== undefined;
