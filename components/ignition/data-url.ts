/** An RFC 2397 data URL of the bytes of a text. */
export function dataUrl(text: string): string {
  return `data:;base64,${Buffer.from(text, "utf8").toString("base64")}`;
}

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM bundle as Ignition's `certificateAuthorities`, one entry each and each once: Ignition before
 * 2.15 takes a single certificate per entry.
 */
export function certificateAuthorities(pem: string | undefined): { source: string }[] {
  const found = new Set(pem?.match(certificate) ?? []);
  return [...found].map((text) => ({ source: dataUrl(`${text}\n`) }));
}
