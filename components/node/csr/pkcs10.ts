import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { promisify } from "node:util";
import type { CertificateSigningRequestObject } from "../../kubernetes/types.ts";
import { readRequestInfo, type RequestInfo } from "./request-info.ts";
import type { CertificateRequest, Csr } from "./types.ts";

/**
 * One block and nothing around it. Kubernetes decides on the first block that Go can read; anything that another
 * decoder might read differently is not read at all.
 */
const pem =
  /^-----BEGIN CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)\n-----END CERTIFICATE REQUEST-----[ \t\r\n]*$/;

/** Hashes of the signature algorithms that Go makes requests with (crypto/x509, signatureAlgorithmDetails), by OID. */
const hashes: Readonly<Record<string, string | null>> = {
  "2a8648ce3d040302": "sha256", // ecdsa-with-SHA256
  "2a8648ce3d040303": "sha384", // ecdsa-with-SHA384
  "2a8648ce3d040304": "sha512", // ecdsa-with-SHA512
  "2a864886f70d01010b": "sha256", // sha256WithRSAEncryption
  "2a864886f70d01010c": "sha384", // sha384WithRSAEncryption
  "2a864886f70d01010d": "sha512", // sha512WithRSAEncryption
  "2b6570": null, // Ed25519, which hashes by itself
};

/**
 * Reads the PKCS#10 of a CertificateSigningRequest.
 *
 * @param encoded spec.request: base64 of one PEM block
 * @returns undefined when it cannot be read
 */
export async function parseRequest(encoded: string): Promise<CertificateRequest | undefined> {
  const block = pem.exec(Buffer.from(encoded, "base64").toString("latin1"))?.[1]?.replaceAll(/[\r\n]/g, "");
  if (block === undefined) return undefined;
  const der = Buffer.from(block, "base64");
  try {
    const info = readRequestInfo(der);
    const ambiguities = [...info.ambiguities];
    // Node.js ignores what Go's base64 refuses
    if (der.toString("base64") !== block) ambiguities.push("invalid base64");
    const { commonNames, organizations, dns, ips, emails, uris, otherNames } = info;
    return {
      ...{ commonNames, organizations, dns, ips, emails, uris, otherNames },
      ...(await readProof(info, ambiguities)),
      ambiguities: ambiguities.length > 0 ? ambiguities : undefined,
    };
  } catch {
    // any error of the parser means the same: not readable, not approved
    return undefined;
  }
}
type Proof = Pick<CertificateRequest, "publicKey" | "signatureValid">;

/** The key, and whether the request is signed by it. */
async function readProof(info: RequestInfo, ambiguities: string[]): Promise<Proof> {
  const key = createPublicKey({ key: info.publicKeyInfo, format: "der", type: "spki" });
  if (!isUsualKey(key, info.publicKeyInfo)) ambiguities.push("a key of an unusual kind or encoding");
  const hash = hashes[info.algorithm];
  if (hash === undefined) ambiguities.push("a signature of an unknown algorithm");
  return {
    publicKey: createHash("sha256").update(info.publicKeyInfo).digest("hex"),
    signatureValid: hash !== undefined && (await promisify(verify)(hash, info.signed, key, info.signature)),
  };
}

/**
 * OpenSSL reads more than Go: curves that Go does not know, compressed points, explicit parameters, encodings that are
 * not DER. As a JWK a key has one form only, so that one key has one hash.
 */
function isUsualKey(key: KeyObject, encoded: Buffer): boolean {
  if (key.asymmetricKeyDetails?.namedCurve === "secp256k1") return false;
  const usual = createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" });
  return usual.export({ type: "spki", format: "der" }).equals(encoded);
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
