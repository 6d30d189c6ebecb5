import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, fetch } from "undici";
import { z } from "zod";
import { files } from "../../../lab/settings.ts";
import { admin } from "./cloud.ts";

const dispatcher = new Agent({ connect: { ca: readFileSync(files.caCert, "utf8") } });

const pointer = z.object({
  ignition: z.object({
    version: z.string(),
    config: z.object({
      merge: z.tuple([z.object({ source: z.url(), verification: z.object({ hash: z.string() }) })]),
    }),
  }),
});

/** Source and hash of the payload in the pointer config that Nova holds for a server. */
export async function pointerOf(serverId: string): Promise<{ source: string; hash: string }> {
  const [{ source, verification }] = pointer.parse(JSON.parse(await admin.userData(serverId))).ignition.config.merge;
  return { source, hash: verification.hash };
}

/** Fetches a URL as a machine would; the hash is in Ignition's notation. */
export async function get(url: string): Promise<{ status: number; hash: string }> {
  const response = await fetch(url, { dispatcher });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, hash: `sha512-${createHash("sha512").update(body).digest("hex")}` };
}

/**
 * The same object's URL with another expiry, signed as Swift's documentation of the middleware says.
 * @param expires seconds since 1970
 */
export function signedUrl(source: string, key: string, expires: number): string {
  const url = new URL(source);
  const at = Math.floor(expires);
  const signature = createHmac("sha256", key).update(`GET\n${at}\n${url.pathname}`).digest("hex");
  url.searchParams.set("temp_url_sig", signature);
  url.searchParams.set("temp_url_expires", String(at));
  return url.href;
}
