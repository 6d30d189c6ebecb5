import "reflect-metadata"; // before any other import: @peculiar/x509 asks for it when it is loaded

import { beforeAll, describe, expect, test } from "@jest/globals";
import * as x509 from "@peculiar/x509";
import { parseRequest, readCsr } from "../../../../../components/node/csr/pkcs10.ts";
import { encode, generateKeys, type Keys, pkcs10 } from "../../../../support/node-fixtures.ts";

// A request decides by what it says: everything in it must be seen as the API server (Go, encoding/pem and crypto/x509)
// sees it, or it must not be read at all.

let keys: Keys;
beforeAll(async () => {
  keys = await generateKeys();
});

const pem = async (changes: Partial<Parameters<typeof pkcs10>[0]> = {}) =>
  Buffer.from(await pkcs10({ commonName: "system:node:lab-worker-0", keys, ...changes }), "base64").toString();

test("GIVEN a request with every kind of name, WHEN it is read, THEN all are seen", async () => {
  const names = { dns: ["a", "b"], ips: ["10.0.0.1", "fd00::1"], emails: ["x@y"], uris: ["spiffe://z"] };
  const read = await parseRequest(encode(await pem({ organizations: ["system:nodes", "x"], ...names })));
  expect(read).toEqual({
    commonNames: ["system:node:lab-worker-0"],
    organizations: ["system:nodes", "x"],
    ...names,
    otherNames: [],
    publicKey: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    signatureValid: true,
  });
});

test("GIVEN the same key twice and another one, WHEN they are read, THEN the key tells them apart", async () => {
  const first = await parseRequest(encode(await pem()));
  const again = await parseRequest(encode(await pem({ dns: ["a"] })));
  const other = await parseRequest(encode(await pem({ keys: await generateKeys() })));
  expect(again?.publicKey).toBe(first?.publicKey);
  expect(other?.publicKey).not.toBe(first?.publicKey);
});

test("GIVEN names in a second extension request, WHEN it is read, THEN they are seen too", async () => {
  const attribute = (name: string) =>
    new x509.ExtensionsAttribute([new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }])]);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "CN=system:node:lab-worker-0",
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    attributes: [attribute("first"), attribute("hidden")],
  });
  expect((await parseRequest(encode(made.toString("pem"))))?.dns).toEqual(["first", "hidden"]);
});

test("GIVEN a request whose content was changed after it was signed, WHEN it is read, THEN its signature does not hold", async () => {
  const made = new x509.Pkcs10CertificateRequest(await pem());
  const der = Buffer.from(made.rawData);
  const at = der.indexOf("lab-worker-0");
  der.write("lab-worker-1", at);
  const forged = new x509.Pkcs10CertificateRequest(der).toString("pem");
  expect(await parseRequest(encode(forged))).toMatchObject({
    commonNames: ["system:node:lab-worker-1"],
    signatureValid: false,
  });
});

describe("GIVEN something that Go might read differently, WHEN it is read, THEN it is not read at all", () => {
  test.each<[string, (block: string) => string]>([
    ["nothing", () => ""],
    ["no PEM", () => "hello"],
    ["a block before it", (block) => `-----BEGIN X-----\nAAAA\n-----END X-----\n${block}`],
    ["text before it", (block) => `hello\n${block}`],
    ["a second request after it", (block) => `${block}${block}`],
    ["a block of another type", (block) => block.replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")],
    ["headers in it", (block) => block.replace("REQUEST-----\n", "REQUEST-----\nA: b\n\n")],
    ["a broken end", (block) => block.replace("-----END CERTIFICATE REQUEST-----", "-----END CERTIFICATE-----")],
    ["a truncated body", (block) => block.replace(/\n[^\n]+\n-----END/, "\n-----END")],
    ["a certificate's DER", () => "-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQE=\n-----END CERTIFICATE REQUEST-----\n"],
  ])("%s", async (_, change) => {
    expect(await parseRequest(encode(change(await pem())))).toBeUndefined();
  });

  test("not even base64", async () => {
    expect(await parseRequest("%%%")).toBeUndefined();
  });
});

test.each([
  [undefined, "pending"],
  [["Approved"], "approved"],
  [["Denied"], "denied"],
  [["Approved", "Failed"], "failed"],
])("GIVEN a request with conditions %j, WHEN it is read, THEN it is %s", async (types, state) => {
  const read = await readCsr({
    metadata: { name: "csr", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { request: encode(await pem()), signerName: "kubernetes.io/kubelet-serving" },
    ...(types && { status: { conditions: types.map((type) => ({ type, status: "True" })) } }),
  });
  expect(read).toMatchObject({ name: "csr", username: "", groups: [], usages: [], state });
});
