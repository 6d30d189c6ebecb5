import { z } from "zod";
import type { TempUrls } from "../facts.ts";

/**
 * The URL at which an object store lists its capabilities: beside the version, which is at the root of Swift's URL and, of Ceph RGW, below
 * a prefix, as `https://rgw.example.com/swift/v1/AUTH_...`.
 */
export function infoUrl(account: string): string {
  const url = new URL(account);
  const at = url.pathname.search(/\/v1(\.\d+)?(\/|$)/);
  return `${url.origin}${at > 0 ? url.pathname.slice(0, at) : ""}/info`;
}

/** Swift's own versions are 2.x, Ceph's have been higher since 2015 (Infernalis). */
const oldestCeph = 9;

/** The last series that began without SHA-256. */
const newestWithout = 18;

/** First releases of Ceph RGW with SHA-256 and SHA-512, by series; of later series all have them (ceph/ceph, pull request 47723). */
const cephWithSha2 = [
  [17, 2, 8],
  [18, 2, 5],
] as const;

/**
 * The digests that a release of Ceph RGW accepts, which its /info does not tell: SHA-1 alone before these releases, as 16.2.15
 * does (test/rgw). Undefined: this is no version of Ceph.
 */
export function cephDigests(version: string | undefined): string[] | undefined {
  const [, major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version ?? "") ?? []).map(Number);
  if (major < oldestCeph) return undefined;
  const first = cephWithSha2.find(([series]) => series === major);
  const hasSha2 = first ? minor * 1000 + patch >= first[1] * 1000 + first[2] : major > newestWithout;
  return hasSha2 ? ["sha1", "sha256", "sha512"] : ["sha1"];
}

/** https://docs.openstack.org/api-ref/object-store/#list-activated-capabilities */
export const infoSchema = z
  .looseObject({
    swift: z.looseObject({ version: z.string().optional() }).optional(),
    tempurl: z
      .looseObject({
        allowed_digests: z.array(z.string()).optional(),
        incoming_remove_headers: z.array(z.string()).optional(),
      })
      .optional(),
  })
  .transform(({ swift, tempurl }): TempUrls => {
    // Swift always lists these headers (swift/common/middleware/tempurl.py), Ceph never (rgw_rest_swift.cc, list_tempurl_data)
    const keyPerContainer = tempurl?.incoming_remove_headers !== undefined;
    const digests = tempurl?.allowed_digests ?? (keyPerContainer ? undefined : cephDigests(swift?.version));
    return { supported: tempurl !== undefined, digests, keyPerContainer };
  });
