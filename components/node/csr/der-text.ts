import { isAscii, isUtf8 } from "node:buffer";
import type { Element } from "./der.ts";

/** The string types of a subject that Go reads (crypto/x509 and encoding/asn1, parsePrintableString and the like). */

interface StringType {
  name: string;
  /** undefined: Go refuses it, or its releases differ in what they read */
  read: (content: Buffer) => string | undefined;
}

const printable = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/;
/** Surrogates and noncharacters are refused; a zero at the end is removed by Go, so that the text is another one. */
const notBmp = /[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|\0$/;

const ascii = (content: Buffer) => (isAscii(content) ? content.toString("latin1") : undefined);

const stringTypes: Readonly<Record<number, StringType>> = {
  0x0c: { name: "UTF8String", read: (content) => (isUtf8(content) ? content.toString("utf8") : undefined) },
  0x13: {
    name: "PrintableString",
    read: (content) => (printable.test(content.toString("latin1")) ? content.toString("latin1") : undefined),
  },
  // of eight bits: earlier releases of Go keep the bytes, later ones read Latin-1
  0x14: { name: "T61String", read: ascii },
  0x16: { name: "IA5String", read: ascii },
  0x1e: { name: "BMPString", read: readBmp },
};

function readBmp(content: Buffer): string | undefined {
  if (content.length % 2 !== 0) return undefined;
  const text = Buffer.from(content).swap16().toString("utf16le");
  return notBmp.test(text) ? undefined : text;
}

/** Go leaves an attribute of these types empty, or takes digits only. */
const unreadTypes: Readonly<Record<number, string>> = {
  0x12: "NumericString",
  0x1a: "VisibleString",
  0x1b: "GeneralString",
  0x1c: "UniversalString",
};

/** A text of a subject, and what Go reads otherwise in it. */
export interface Text {
  /** what others would read, so that it is known about whom a request is that cannot be approved */
  text: string;
  /** completes "the subject has ..." */
  problem: string | undefined;
}

export function readText({ tag, content }: Element): Text {
  const type = stringTypes[tag];
  const text = type?.read(content);
  if (text !== undefined) return { text, problem: undefined };
  // the characters of wide types are ASCII with zeros before it
  const guess = content.toString("latin1").replaceAll("\0", "");
  if (type) return { text: guess, problem: `an invalid ${type.name}` };
  return { text: guess, problem: `a ${unreadTypes[tag] ?? `value of ASN.1 tag ${tag}`} for a text` };
}
