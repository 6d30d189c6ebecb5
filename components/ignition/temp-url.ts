import { createHmac } from "node:crypto";

/** Digests of a signature, the preferred first. As an HMAC, SHA-1 is not broken: it is there for older releases of Ceph RGW. */
export const urlDigests = ["sha256", "sha512", "sha1"] as const;

export type UrlDigest = (typeof urlDigests)[number];

/** The digest for an object store that accepts these; without any that is known, the preferred one. */
export const urlDigestFor = (accepted: readonly string[] = []): UrlDigest =>
  urlDigests.find((digest) => accepted.includes(digest)) ?? urlDigests[0];

export interface TempUrlArgs {
  /** public URL of the account from the service catalog, e.g. `https://swift.example.com/v1/AUTH_0a1b` */
  readonly endpoint: string;
  readonly container: string;
  readonly object: string;
  /** temp-URL key of the container, or of the account */
  readonly key: string;
  readonly digest: UrlDigest;
  /** Unix time in seconds at which the URL ceases to work */
  readonly expires: number;
}

/**
 * A URL that reads one object until it expires. Swift's default allows no SHA-1, which is what the provider's own TempUrl
 * resource uses. https://docs.openstack.org/swift/latest/api/temporary_url_middleware.html
 *
 * Swift has no limit for the time until it expires, which it only compares with its clock. Of the requests, its option
 * `methods` allows GET by default (openstack/swift, common/middleware/tempurl.py, normalize_temp_url_expires).
 */
export function tempUrl({ endpoint, container, object, key, digest, expires }: TempUrlArgs): string {
  const url = new URL(endpoint);
  const account = url.pathname.replace(/\/+$/, "");
  const path = `${account}/${encodeURIComponent(container)}/${encodeURIComponent(object)}`;
  const signature = createHmac(digest, key).update(`GET\n${expires}\n${path}`).digest("hex");
  return `${url.origin}${path}?temp_url_sig=${signature}&temp_url_expires=${expires}`;
}
