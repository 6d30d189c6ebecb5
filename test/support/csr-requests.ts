import { expect, test } from "@jest/globals";
import { judgeCsr } from "../../components/node/csr/judge.ts";
import { readCsr } from "../../components/node/csr/pkcs10.ts";
import type { WorkerFacts } from "../../components/node/csr/types.ts";
import { named } from "./csr-table.ts";
import { ownNames, type RawRequest, rawRequest } from "./der-requests.ts";
import { clientCsr, registration, servingCsr, worker } from "./node-fixtures.ts";

/**
 * Verdicts on real bytes, in an otherwise valid CertificateSigningRequest. The API server and its signers read a request
 * with Go's crypto/x509 (ParseCertificateRequest, parseCSRExtensions, forEachSAN) and encoding/asn1, and the certificate
 * says what Go has read: a request is approved only if Go reads the same. What Go 1.26 does with these requests was
 * tried; a title says it in brackets where it is not the obvious.
 */
export async function verdictOn(
  kind: "client" | "serving",
  request: string,
  facts: WorkerFacts = worker,
): Promise<string> {
  const base = kind === "client" ? clientCsr() : servingCsr({ username: `system:node:${facts.nodeName}` });
  const { name, created, signer: signerName, username, groups, usages } = base;
  const csr = await readCsr({
    metadata: { name, uid: "u", resourceVersion: "1", creationTimestamp: created },
    spec: { request, signerName, username, groups, usages },
  });
  const node = kind === "client" ? undefined : registration;
  return named(judgeCsr(csr, facts, { node, requests: [csr] }));
}

export type RawRow = [title: string, raw: RawRequest, expected: string];

/** One test a row: a client request, without alternative names unless the row has some. */
export function judgesClient(rows: RawRow[]): void {
  test.each(rows)("client: %s", async (_, raw, expected) => {
    expect(await verdictOn("client", rawRequest(raw))).toBe(expected);
  });
}

/** One test a row: a serving request, for the worker's name and address unless the row has others. */
export function judgesServing(rows: RawRow[]): void {
  test.each(rows)("serving: %s", async (_, raw, expected) => {
    expect(await verdictOn("serving", rawRequest({ names: ownNames, ...raw }))).toBe(expected);
  });
}
