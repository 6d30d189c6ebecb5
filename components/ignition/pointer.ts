import { createHash } from "node:crypto";
import { certificateAuthorities } from "./data-url.ts";
import { responseHeadersTimeout } from "./payload.ts";
import { type IgnitionProxy, proxySection } from "./proxy.ts";
import { lowestSpec } from "./spec.ts";

/** Nova's limit of user data in bytes, counted after base64 (nova/api/openstack/compute/schemas/servers.py). */
export const userDataLimit = 65535;

export interface PointerArgs {
  /** signed URL of the payload */
  readonly url: string;
  /** the payload that the URL must answer with */
  readonly payload: string;
  /** PEM bundle that signs the object store's certificate; none: the machine's own trust store */
  readonly ca: string | undefined;
  /** Ignition specification, e.g. `3.2.0`; undefined: the lowest that suffices */
  readonly spec?: string | undefined;
  /** on the way to the payload, and from there to the Machine Config Server; undefined: none */
  readonly proxy?: IgnitionProxy | undefined;
}

/** The user data of a server: an Ignition config that fetches the payload, and runs nothing but the payload. */
export function renderPointer({ url, payload, ca, spec, proxy }: PointerArgs): string {
  const hash = `sha512-${createHash("sha512").update(payload).digest("hex")}`;
  const authorities = certificateAuthorities(ca);
  return JSON.stringify({
    ignition: {
      version:
        spec ??
        lowestSpec(["merge", "sha512", "certificateAuthorities", "timeouts", ...(proxy ? (["proxy"] as const) : [])]),
      config: { merge: [{ source: url, verification: { hash } }] },
      ...(authorities.length > 0 && { security: { tls: { certificateAuthorities: authorities } } }),
      timeouts: { httpResponseHeaders: responseHeadersTimeout },
      ...proxySection(proxy),
    },
  });
}

/** Bytes of user data as Nova counts them. */
export function userDataSize(userData: string): number {
  return Math.ceil(Buffer.byteLength(userData) / 3) * 4;
}
