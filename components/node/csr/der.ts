/**
 * DER (X.690), as strictly as Go's encoding/asn1 reads it (parseTagAndLength): lengths are definite and in as few bytes
 * as there may be, so that one value has one encoding. Tags of more than one byte occur nowhere in a request, and Go's
 * cryptobyte, which reads the alternative names, knows none either.
 */

export interface Element {
  /** with its class and the bit for "constructed" */
  tag: number;
  content: Buffer;
  /** tag and length included */
  bytes: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

export class DerError extends Error {
  override name = "DerError";
}

/** The first element, and the bytes after it. */
export function readElement(bytes: Buffer): { element: Element; rest: Buffer } {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new DerError("truncated tag or length");
  if ((tag & 0x1f) === 0x1f) throw new DerError("tag of several bytes");
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = 2 + lengthBytes;
  if (first >= 0x80 && (lengthBytes === 0 || lengthBytes > 4 || bytes.length < start)) {
    throw new DerError("indefinite, too large or truncated length");
  }
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const isMinimal = lengthBytes === 0 || (length >= 0x80 && bytes[2] !== 0);
  if (!isMinimal) throw new DerError("length in more bytes than needed");
  const end = start + length;
  if (end > bytes.length) throw new DerError("truncated content");
  return {
    element: { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(0, end) },
    rest: bytes.subarray(end),
  };
}

/** All elements that the bytes consist of. */
export function readElements(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let left = bytes; left.length > 0;) {
    const { element, rest } = readElement(left);
    elements.push(element);
    left = rest;
  }
  return elements;
}

/** The element, if it is there and of that tag. */
export function expectTag(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw new DerError(`expected tag ${tag}, found ${element?.tag ?? "nothing"}`);
  return element;
}

/** What an element of that tag consists of. */
export function childrenOf(element: Element | undefined, tag: number): Element[] {
  return readElements(expectTag(element, tag).content);
}

/** Parts of seven bits, of which all but the last of a number have the highest bit set; none begins with a zero. */
const objectIdentifier = /^(?:(?!80)(?:[89a-f][0-9a-f])*[0-7][0-9a-f])+$/;

/** The content of an OBJECT IDENTIFIER in hexadecimal: compared, never shown. */
export function readOid(element: Element | undefined): string {
  const hex = expectTag(element, tags.objectIdentifier).content.toString("hex");
  if (!objectIdentifier.test(hex)) throw new DerError(`invalid object identifier ${hex}`);
  return hex;
}
