import "reflect-metadata"; // before any other import: @peculiar/x509 asks for it when it is loaded

import * as x509 from "@peculiar/x509";
import { createPrivateKey, randomBytes, type webcrypto as Web, webcrypto } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import path from "node:path";
import { dirs, files } from "../settings.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The lab lives for hours; certificates of ten years let its cached parts live longer. */
const validity = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 3650 * 86_400_000),
});

const serial = (): string => `01${randomBytes(12).toString("hex")}`;

/** PEM files of a certificate and its PKCS#8 key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Request {
  readonly cn: string;
  /** organizations; Kubernetes reads them as groups */
  readonly o?: readonly string[];
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
  readonly usages: readonly ("server" | "client")[];
}

async function newKeys(): Promise<Web.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function write(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.tmp`, text, { mode });
  await rename(`${file}.tmp`, file);
}

/** The key goes first: a pair is complete when its certificate is there. */
async function save(pair: KeyPair, certificate: x509.X509Certificate, key: Web.CryptoKey): Promise<void> {
  await mkdir(path.dirname(pair.cert), { recursive: true, mode: 0o700 });
  const der = await webcrypto.subtle.exportKey("pkcs8", key);
  const pem = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }).export({
    format: "pem",
    type: "sec1",
  });
  await write(pair.key, String(pem), 0o600);
  await write(pair.cert, `${certificate.toString("pem")}\n`, 0o644);
}

/** A self-signed certificate authority, made once. */
export async function ensureAuthority(pair: KeyPair, cn: string): Promise<void> {
  if (existsSync(pair.cert)) return;
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [cn] }],
    ...validity(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await save(pair, certificate, keys.privateKey);
}

const labCa: KeyPair = { cert: files.caCert, key: files.caKey };

/** The lab's own CA, which signs its public endpoints. */
export const ensureCa = (): Promise<void> => ensureAuthority(labCa, "lab-ca");

async function readAuthority(pair: KeyPair): Promise<{ certificate: x509.X509Certificate; key: Web.CryptoKey }> {
  const key = createPrivateKey(await readFile(pair.key, "utf8")).export({ format: "der", type: "pkcs8" });
  return {
    certificate: new x509.X509Certificate(await readFile(pair.cert, "utf8")),
    key: await webcrypto.subtle.importKey("pkcs8", key, algorithm, false, ["sign"]),
  };
}

function alternativeNames(request: Request): x509.JsonGeneralName[] {
  return [
    ...(request.dns ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(request.ips ?? []).map((value) => {
      if (!isIP(value)) throw new Error(`not an IP address: ${value}`);
      return { type: "ip" as const, value };
    }),
  ];
}

/** A certificate of the given name and its key in dirs.pki, made once and signed by `authority` (the lab's CA). */
export async function issue(name: string, request: Request, authority: KeyPair = labCa): Promise<KeyPair> {
  const pair = { cert: path.join(dirs.pki, `${name}.crt`), key: path.join(dirs.pki, `${name}.key`) };
  if (existsSync(pair.cert)) return pair;
  const issuer = await readAuthority(authority);
  const keys = await newKeys();
  const names = alternativeNames(request);
  const usage = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [...(request.o ?? []).map((value) => ({ O: [value] })), { CN: [request.cn] }],
    issuer: issuer.certificate.subjectName,
    ...validity(),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(request.usages.map((use) => usage[use])),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate),
    ],
  });
  await save(pair, certificate, keys.privateKey);
  return pair;
}
