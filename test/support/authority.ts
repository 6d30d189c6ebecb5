import "reflect-metadata"; // before any other import: @peculiar/x509 asks for it when it is loaded

import * as x509 from "@peculiar/x509";
import { KeyObject } from "node:crypto";
import { generateKeys } from "./node-fixtures.ts";

/** A certificate of 127.0.0.1 that is its own authority, and its key, both in PEM. */
export async function selfSigned(): Promise<{ cert: string; key: string }> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=test",
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { cert: certificate.toString("pem"), key: String(key) };
}
