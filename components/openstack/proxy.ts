import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { proxyFor } from "../lib/proxy.ts";
import type { Cloud } from "./clouds-yaml.ts";

/**
 * The way to a URL of a cloud: its authorities, and the proxy of the environment. Of a cloud that names authorities of its
 * own the provider trusts no others (gophercloud/utils, PrepareTLSConfig).
 */
export function dispatcherOf({ ca, verify }: Pick<Cloud, "ca" | "verify">, target: string): Dispatcher {
  const tls = { rejectUnauthorized: verify, ...(ca !== undefined && { ca }) };
  const uri = proxyFor(target, process.env);
  return uri === undefined ? new Agent({ connect: tls }) : new ProxyAgent({ uri, requestTls: tls });
}
