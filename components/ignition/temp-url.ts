import { createHmac } from "node:crypto";

export interface TempUrlArgs {
  /** public URL of the account from the service catalog, e.g. `https://swift.example.com/v1/AUTH_0a1b` */
  readonly endpoint: string;
  readonly container: string;
  readonly object: string;
  /** temp-URL key of the container */
  readonly key: string;
  /** Unix time in seconds at which the URL ceases to work */
  readonly expires: number;
}

/**
 * A URL that reads one object until it expires. Signed with HMAC-SHA256: Swift's default allows no SHA-1, which is what
 * the provider's own TempUrl resource uses. https://docs.openstack.org/swift/latest/api/temporary_url_middleware.html
 *
 * Swift has no limit for the time until it expires, which it only compares with its clock. Of the requests, its option
 * `methods` allows GET by default (openstack/swift, common/middleware/tempurl.py, normalize_temp_url_expires).
 */
export function tempUrl({ endpoint, container, object, key, expires }: TempUrlArgs): string {
  const url = new URL(endpoint);
  const account = url.pathname.replace(/\/+$/, "");
  const path = `${account}/${encodeURIComponent(container)}/${encodeURIComponent(object)}`;
  const signature = createHmac("sha256", key).update(`GET\n${expires}\n${path}`).digest("hex");
  return `${url.origin}${path}?temp_url_sig=${signature}&temp_url_expires=${expires}`;
}
