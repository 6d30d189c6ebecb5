import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encode, worker } from "./node-fixtures.ts";

/** PKCS#10 requests written byte by byte: what no library would make, an attacker can. */

/** One element of DER, its length in as few bytes as there may be. */
export function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((it) => (typeof it === "string" ? Buffer.from(it) : it)));
  const length = content.length < 0x80 ? [content.length] : longLength(content.length);
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function longLength(length: number): number[] {
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

export const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
export const set = (...parts: Buffer[]): Buffer => der(0x31, ...parts);

/** An OBJECT IDENTIFIER. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...more] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...more].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Buffer.from(bytes));
}

/** Tags of the string types of ASN.1. */
export const stringTags = {
  UTF8String: 0x0c,
  NumericString: 0x12,
  PrintableString: 0x13,
  T61String: 0x14,
  IA5String: 0x16,
  VisibleString: 0x1a,
  GeneralString: 0x1b,
  UniversalString: 0x1c,
  BMPString: 0x1e,
};
export type StringType = keyof typeof stringTags;

/** A text in the encoding of its type. */
export function text(type: StringType, value: string): Buffer {
  const wide = { BMPString: 2, UniversalString: 4 }[type as string];
  if (wide === undefined) return der(stringTags[type], value);
  return der(stringTags[type], Buffer.from([...Buffer.from(value)].flatMap((it) => [...Buffer.alloc(wide - 1), it])));
}

export const attribute = (type: string, ...values: Buffer[]): Buffer => sequence(oid(type), ...values);
export const cn = (value: Buffer): Buffer => attribute("2.5.4.3", value);
export const o = (value: Buffer): Buffer => attribute("2.5.4.10", value);
export const ou = (value: Buffer): Buffer => attribute("2.5.4.11", value);

export const kubeletName = `system:node:${worker.nodeName}`;
export const ownCn = cn(text("PrintableString", kubeletName));
export const ownO = o(text("PrintableString", "system:nodes"));
export const ownSubject = [set(ownO), set(ownCn)];

export const dnsName = (value: string): Buffer => der(0x82, value);
export const ipAddress = (...bytes: number[]): Buffer => der(0x87, Buffer.from(bytes));
export const ownNames = [dnsName(worker.nodeName), ipAddress(10, 0, 0, 10)];

/** An otherName, of any type: its value is tagged [0]. */
export const otherName = (type: string, value: Buffer): Buffer => der(0xa0, oid(type), der(0xa0, value));

export const extension = (type: string, value: Buffer, ...critical: Buffer[]): Buffer =>
  sequence(oid(type), ...critical, der(0x04, value));
export const alternativeNames = (...names: Buffer[]): Buffer => extension("2.5.29.17", sequence(...names));
/** The attribute in which a request asks for extensions; each value has its own. */
export const extensionRequest = (...values: Buffer[][]): Buffer =>
  sequence(oid("1.2.840.113549.1.9.14"), set(...values.map((it) => sequence(...it))));

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

let made: { privateKey: KeyObject; publicKey: KeyObject } | undefined;

/** One key for every request: a test is about what stands beside it. */
export function sharedKey(): { privateKey: KeyObject; publicKey: KeyObject } {
  return (made ??= generateKeyPairSync("ec", { namedCurve: "P-256" }));
}

/** What differs from a kubelet's request. */
export interface RawRequest {
  subject?: Buffer[];
  /** of the attribute that requests extensions; empty: no such attribute */
  names?: Buffer[];
  /** instead of the attribute with `names` */
  attributes?: Buffer[];
  /** instead of the element that holds the attributes */
  attributesElement?: Buffer;
  publicKey?: Buffer;
  algorithm?: Buffer;
  /** what is signed, made of what a kubelet would sign */
  signed?: (body: Buffer) => Buffer;
  /** the whole DER, made of the right one */
  whole?: (request: Buffer) => Buffer;
}

/** A request's DER; it is signed whatever it says. */
export function rawDer(raw: RawRequest): Buffer {
  const { privateKey, publicKey } = sharedKey();
  const names = raw.names ?? [];
  const attributes = raw.attributes ?? (names.length > 0 ? [extensionRequest([alternativeNames(...names)])] : []);
  const right = sequence(
    der(0x02, Buffer.from([0])),
    sequence(...(raw.subject ?? ownSubject)),
    raw.publicKey ?? publicKey.export({ type: "spki", format: "der" }),
    raw.attributesElement ?? der(0xa0, ...attributes),
  );
  const body = raw.signed?.(right) ?? right;
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const request = sequence(body, raw.algorithm ?? ecdsaWithSha256, signature);
  return raw.whole?.(request) ?? request;
}

export function pemOf(request: Buffer): string {
  const body = request.toString("base64").replaceAll(/.{1,64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${body}-----END CERTIFICATE REQUEST-----\n`;
}

/** As it stands in spec.request of a CertificateSigningRequest: base64 of PEM. */
export const rawRequest = (raw: RawRequest = {}): string => encode(pemOf(rawDer(raw)));
