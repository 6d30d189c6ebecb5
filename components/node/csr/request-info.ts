import ipaddr from "ipaddr.js";
import { canonicalIp } from "../../lib/ip.ts";
import { readText } from "./der-text.ts";
import { childrenOf, DerError, type Element, expectTag, readElement, readOid, tags } from "./der.ts";
import type { CertificateRequest } from "./types.ts";

/**
 * The content of a PKCS#10 request (RFC 2986), element by element. The certificate says what Go has read of it
 * (crypto/x509, ParseCertificateRequest), and libraries differ from Go in what they pass over without a word:
 * alternative names of unknown types, string types, all but the first value of an attribute, bytes after the end. So
 * nothing is passed over here: what Go refuses, ignores or reads otherwise is noted as ambiguous.
 */

/** Object identifiers as DER contains them. */
const oids = {
  commonName: "550403",
  organization: "55040a",
  subjectAltName: "551d11",
  extensionRequest: "2a864886f70d01090e",
};

const attributesTag = 0xa0;

export interface RequestInfo extends Omit<CertificateRequest, "publicKey" | "signatureValid" | "ambiguities"> {
  /** completes "it has ..."; empty: Go reads the same */
  ambiguities: string[];
  /** what is signed */
  signed: Buffer;
  /** SubjectPublicKeyInfo */
  publicKeyInfo: Buffer;
  /** the object identifier of the signature's algorithm, hexadecimal */
  algorithm: string;
  signature: Buffer;
}

/** @throws DerError when it is not the DER of a request at all */
export function readRequestInfo(der: Buffer): RequestInfo {
  const ambiguities: string[] = [];
  const { element, rest } = readElement(der);
  if (rest.length > 0) ambiguities.push("bytes after its end");
  const [body, algorithm, signature, ...afterSignature] = childrenOf(element, tags.sequence);
  const [version, subject, key, attributes, ...afterAttributes] = childrenOf(body, tags.sequence);
  expectTag(version, tags.integer);
  if (afterSignature.length + afterAttributes.length > 0) ambiguities.push("more elements than a request has");
  const [algorithmOid] = childrenOf(algorithm, tags.sequence);
  return {
    ...readSubject(childrenOf(subject, tags.sequence), ambiguities),
    ...readNames(attributes, ambiguities),
    ambiguities,
    signed: expectTag(body, tags.sequence).bytes,
    publicKeyInfo: expectTag(key, tags.sequence).bytes,
    algorithm: readOid(algorithmOid),
    // the first byte counts the unused bits
    signature: expectTag(signature, tags.bitString).content.subarray(1),
  };
}

type Subject = Pick<CertificateRequest, "commonNames" | "organizations">;

/** Every part, and in it every attribute: Go takes the last common name and all organizations (pkix, FillFromRDNSequence). */
function readSubject(parts: readonly Element[], ambiguities: string[]): Subject {
  const subject: Subject = { commonNames: [], organizations: [] };
  for (const part of parts) {
    const attributes = childrenOf(part, tags.set);
    if (attributes.length === 0) ambiguities.push("an empty part in its subject");
    for (const attribute of attributes) {
      const [type, value, ...more] = childrenOf(attribute, tags.sequence);
      if (value === undefined) throw new DerError("attribute without a value");
      if (more.length > 0) ambiguities.push("an attribute of several values in its subject");
      const { text, problem } = readText(value);
      if (problem !== undefined) ambiguities.push(`${problem} in its subject`);
      const oid = readOid(type);
      if (oid === oids.commonName) subject.commonNames.push(text);
      if (oid === oids.organization) subject.organizations.push(text);
    }
  }
  return subject;
}

type Names = Pick<CertificateRequest, "dns" | "ips" | "emails" | "uris" | "otherNames">;

/** What Go cannot read as an attribute it ignores: the request is refused then, and still known to be about its subject. */
function readNames(attributes: Element | undefined, ambiguities: string[]): Names {
  const names: Names = { dns: [], ips: [], emails: [], uris: [], otherNames: [] };
  try {
    for (const extension of readExtensions(attributes, ambiguities))
      readAlternativeNames(extension, names, ambiguities);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    ambiguities.push(`attributes that cannot be read (${error.message})`);
  }
  return names;
}

/** The values of those for alternative names. Go reads the first list only of an attribute that requests extensions. */
function readExtensions(attributes: Element | undefined, ambiguities: string[]): Buffer[] {
  const requests = childrenOf(attributes, attributesTag)
    .map((attribute) => childrenOf(attribute, tags.sequence))
    .filter(([type]) => readOid(type) === oids.extensionRequest);
  const lists = requests.flatMap(([, values]) => childrenOf(values, tags.set));
  if (requests.some((parts) => parts.length !== 2) || requests.length > 1 || lists.length !== requests.length) {
    ambiguities.push("none or several lists of extensions in its request for them");
  }
  const extensions = lists.flatMap((it) => childrenOf(it, tags.sequence)).map((it) => readExtension(it, ambiguities));
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length) ambiguities.push("an extension twice");
  return extensions.filter(({ oid }) => oid === oids.subjectAltName).map(({ value }) => value);
}

function readExtension(extension: Element, ambiguities: string[]): { oid: string; value: Buffer } {
  const [type, ...parts] = childrenOf(extension, tags.sequence);
  const [critical] = parts;
  const hasCritical = critical?.tag === tags.boolean;
  if (hasCritical && !["00", "ff"].includes(critical.content.toString("hex"))) {
    ambiguities.push("an extension that is neither critical nor not");
  }
  const [value, ...more] = hasCritical ? parts.slice(1) : parts;
  if (more.length > 0) ambiguities.push("an extension with several values");
  return { oid: readOid(type), value: expectTag(value, tags.octetString).content };
}

/** The kinds of names in the order of their tags (RFC 5280, GeneralName): 1, 2, 6 and 7 are read by Go, others ignored. */
const kinds = [
  "otherName",
  "email",
  "dns",
  "x400Address",
  "directoryName",
  "ediPartyName",
  "uri",
  "ip",
  "registeredID",
];

function readAlternativeNames(extension: Buffer, names: Names, ambiguities: string[]): void {
  const { element, rest } = readElement(extension);
  if (rest.length > 0) ambiguities.push("bytes after its alternative names");
  for (const { tag, content } of childrenOf(element, tags.sequence)) {
    const text = content.toString("latin1");
    if (tag === 0x81) names.emails.push(text);
    else if (tag === 0x82) names.dns.push(text);
    else if (tag === 0x86) names.uris.push(text);
    else if (tag === 0x87 && (content.length === 4 || content.length === 16)) names.ips.push(ipOf(content));
    else {
      const kind = (tag & 0xc0) === 0x80 ? kinds[tag & 0x1f] : undefined;
      names.otherNames.push(`${kind ?? `tag ${tag}`}:${content.toString("hex")}`);
    }
  }
}

function ipOf(content: Buffer): string {
  return canonicalIp(ipaddr.fromByteArray([...content]).toString());
}
