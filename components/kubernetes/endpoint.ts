import { X509Certificate } from "node:crypto";

/** Rules on the parts of a cluster's address that hold without a look at any file. */

/** True when an authority was given by its content and not by its path. */
export function isPem(ca: string): boolean {
  return ca.includes("-----BEGIN ");
}

/** True for a proxy's URL that holds a user or a password, well-formed or not. */
export function hasCredentials(proxy: string): boolean {
  return proxy.includes("@");
}

/** What is wrong with the content of an authority, undefined if nothing is. */
export function authorityProblem(pem: string): string | undefined {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) return "has no certificate in PEM";
  const broken = certificates.findIndex((it) => !isCertificate(it));
  return broken < 0 ? undefined : `has a certificate, number ${broken + 1}, that cannot be read`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    // its message is OpenSSL's and says nothing to a person
    return false;
  }
}
