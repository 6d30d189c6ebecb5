import { rootCertificates } from "node:tls";
import { EnvHttpProxyAgent } from "undici";
import type { Cloud } from "./clouds-yaml.ts";

/** The way to a cloud: its authorities beside the public ones, and the proxy of the environment, as the provider goes. */
export function dispatcherOf({ ca, verify }: Pick<Cloud, "ca" | "verify">): EnvHttpProxyAgent {
  const tls = { rejectUnauthorized: verify, ...(ca !== undefined && { ca: [...rootCertificates, ca] }) };
  return new EnvHttpProxyAgent({ connect: tls, requestTls: tls });
}
