import { unescape } from "node:querystring";

/** An RFC 2397 data URL of the bytes of a text. */
export function dataUrl(text: string): string {
  return `data:;base64,${Buffer.from(text, "utf8").toString("base64")}`;
}

/** The text in an RFC 2397 data URL; of another URL, nothing. */
export function textOf(url: string): string {
  const [, encoding, data = ""] = /^data:[^,]*?(;base64)?,([^]*)$/i.exec(url) ?? [];
  return encoding === undefined ? unescape(data) : Buffer.from(unescape(data), "base64").toString("utf8");
}

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM bundle, each once. */
export const certificatesIn = (pem: string): string[] => [...new Set(pem.match(certificate))];

/**
 * The certificates of a PEM bundle as Ignition's `certificateAuthorities`, one entry each and each once: Ignition before
 * 2.15 takes a single certificate per entry.
 */
export function certificateAuthorities(pem: string | undefined): { source: string }[] {
  return certificatesIn(pem ?? "").map((text) => ({ source: dataUrl(`${text}\n`) }));
}
