import { createHash } from "node:crypto";
import type { CertificateSigningRequestObject } from "../../kubernetes/types.ts";
import { canonicalIp } from "../../lib/ip.ts";
import type { CertificateRequest, Csr } from "./types.ts";

/**
 * One block and nothing around it. Kubernetes decides on the first block that Go can read; anything that another
 * decoder might read differently is not read at all.
 */
const pem = /^-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE REQUEST-----\s*$/;

const extensionRequest = "1.2.840.113549.1.9.14";

/** Loaded at the first request: the library takes a third of a second, for which a preview need not wait. */
async function library(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/**
 * Reads the PKCS#10 of a CertificateSigningRequest.
 *
 * @param encoded spec.request: base64 of one PEM block
 * @returns undefined when it cannot be read
 */
export async function parseRequest(encoded: string): Promise<CertificateRequest | undefined> {
  const block = pem.exec(Buffer.from(encoded, "base64").toString("latin1"))?.[1];
  if (block === undefined) return undefined;
  const x509 = await library();
  try {
    const csr = new x509.Pkcs10CertificateRequest(Buffer.from(block, "base64"));
    // every extension request counts, not only the first
    const names = [...csr.getAttributes(extensionRequest)]
      .flatMap((attribute) => new x509.ExtensionsAttribute(attribute.rawData).items)
      .filter((it) => it instanceof x509.SubjectAlternativeNameExtension)
      .flatMap((it) => it.names.items);
    const of = (type: string) => names.filter((it) => it.type === type).map((it) => it.value);
    const known = ["dns", "ip", "email", "url"];
    return {
      commonNames: csr.subjectName.getField("CN"),
      organizations: csr.subjectName.getField("O"),
      dns: of("dns"),
      ips: of("ip").map(canonicalIp),
      emails: of("email"),
      uris: of("url"),
      otherNames: names.filter((it) => !known.includes(it.type)).map((it) => `${it.type}:${it.value}`),
      publicKey: createHash("sha256").update(Buffer.from(csr.publicKey.rawData)).digest("hex"),
      signatureValid: await csr.verify(),
    };
  } catch {
    // any error of the parser means the same: not readable, not approved
    return undefined;
  }
}

/** Reads a CertificateSigningRequest object; its spec never changes, so what was parsed once is taken over. */
export async function readCsr(object: CertificateSigningRequestObject, parsed?: CertificateRequest): Promise<Csr> {
  return {
    name: object.metadata.name,
    created: object.metadata.creationTimestamp,
    signer: object.spec.signerName,
    username: object.spec.username ?? "",
    groups: object.spec.groups ?? [],
    usages: object.spec.usages ?? [],
    request: parsed ?? (await parseRequest(object.spec.request)),
    state: stateOf(object),
  };
}

function stateOf(object: CertificateSigningRequestObject): Csr["state"] {
  const types = (object.status?.conditions ?? []).map((it) => it.type);
  if (types.includes("Denied")) return "denied";
  if (types.includes("Failed")) return "failed";
  return types.includes("Approved") ? "approved" : "pending";
}
