import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { proxyFor } from "../lib/proxy.ts";
import type { Cloud } from "./clouds-yaml.ts";

/** The way to a URL of a cloud: its authorities beside the public ones, and the proxy of the environment. */
export function dispatcherOf({ ca, verify }: Pick<Cloud, "ca" | "verify">, target: string): Dispatcher {
  const tls = { rejectUnauthorized: verify, ...(ca !== undefined && { ca: [...rootCertificates, ca] }) };
  const uri = proxyFor(target, process.env);
  return uri === undefined ? new Agent({ connect: tls }) : new ProxyAgent({ uri, requestTls: tls });
}
