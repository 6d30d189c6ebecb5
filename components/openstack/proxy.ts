import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { proxyFor, proxyProblem, proxyVariables } from "../lib/proxy.ts";
import type { Cloud } from "./clouds-yaml.ts";
import { CloudError } from "./error.ts";

/** Neither the OpenStack provider (Go, net/http, Transport.Proxy) nor undici speaks SOCKS 4. */
const versionProblem = (proxy: string): string | undefined =>
  /^socks4a?:/i.test(proxy) ? "is a SOCKS 4 proxy, through which the OpenStack provider cannot go" : undefined;

/**
 * The way to a URL of a cloud: its authorities, and the proxy of the environment. Of a cloud that names authorities of its
 * own the provider trusts no others (gophercloud/utils, PrepareTLSConfig). Throws a CloudError if the proxy is not usable.
 */
export function dispatcherOf({ ca, verify }: Pick<Cloud, "ca" | "verify">, target: string): Dispatcher {
  const tls = { rejectUnauthorized: verify, ...(ca !== undefined && { ca }) };
  // undici lets the proxy resolve names in any case
  const uri = proxyFor(target, process.env)?.replace(/^socks5h:/i, "socks5:");
  const wrong = uri === undefined ? undefined : (proxyProblem(uri) ?? versionProblem(uri));
  if (wrong !== undefined)
    throw new CloudError({
      problem: `${proxyVariables} ${wrong}`,
      expected: "the URL of a proxy, on the way to the cloud",
      remedy: "correct the variable, or name the cloud's host in NO_PROXY",
    });
  // without HTTP/2, as to the API server (components/kubernetes/connections.ts)
  const options = { allowH2: false };
  return uri === undefined
    ? new Agent({ ...options, connect: tls })
    : new ProxyAgent({ ...options, uri, requestTls: tls });
}
