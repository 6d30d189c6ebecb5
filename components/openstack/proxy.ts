import { isIP } from "node:net";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { contains } from "../lib/ip.ts";
import type { Cloud } from "./clouds-yaml.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const variable = (env: Environment, name: string): string => env[name] ?? env[name.toLowerCase()] ?? "";

/** A host that is this machine itself is never asked for through a proxy. */
const isLocal = (host: string): boolean =>
  host === "localhost" || (isIP(host) === 4 && contains("127.0.0.0/8", host)) || host === "::1";

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isIP(host) !== 0 && contains(entry, host);
  if (isIP(entry) !== 0) return entry === host;
  const [, name = "", wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host;
  const domain = name.replace(/^\*/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/**
 * The proxy for a URL, or undefined for the straight way, by the rules of the OpenStack provider, which are Go's
 * (golang.org/x/net/http/httpproxy): HTTPS_PROXY, HTTP_PROXY and NO_PROXY, which may hold networks as 10.0.0.0/8.
 */
export function proxyFor(target: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(target);
  const proxy = variable(env, protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (proxy === "" || isLocal(host)) return undefined;
  const exceptions = variable(env, "NO_PROXY").toLowerCase().split(",");
  const own = port || (protocol === "https:" ? "443" : "80");
  const direct = exceptions.map((entry) => entry.trim()).some((entry) => entry !== "" && matches(entry, host, own));
  if (direct) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/**
 * The way to a URL of a cloud: its authorities, and the proxy of the environment. Of a cloud that names authorities of its
 * own the provider trusts no others (gophercloud/utils, PrepareTLSConfig).
 */
export function dispatcherOf({ ca, verify }: Pick<Cloud, "ca" | "verify">, target: string): Dispatcher {
  const tls = { rejectUnauthorized: verify, ...(ca !== undefined && { ca }) };
  const uri = proxyFor(target, process.env);
  return uri === undefined ? new Agent({ connect: tls }) : new ProxyAgent({ uri, requestTls: tls });
}
