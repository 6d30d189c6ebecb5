import { isIP } from "node:net";
import { contains, sameAddress } from "./ip.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Go takes the first of the two that is not empty. */
const variable = (env: Environment, name: string): string =>
  [env[name], env[name.toLowerCase()]].find((value) => value !== undefined && value !== "") ?? "";

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, "");

/** This machine itself is never reached through a proxy. */
const isLocal = (host: string): boolean =>
  host === "localhost" || (isIP(host) === 4 && contains("127.0.0.0/8", host)) || host === "::1";

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isIP(host) !== 0 && contains(entry, host);
  if (isIP(entry) !== 0) return sameAddress(entry, host);
  const [, authority = "", wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const name = withoutBrackets(authority);
  if (isIP(name) !== 0 || isIP(host) !== 0) return sameAddress(name, host);
  const domain = name.replace(/^\*/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/**
 * The proxy for a URL, or undefined for a direct connection, by the rules of Go (golang.org/x/net/http/httpproxy), which
 * kubectl and the OpenStack provider follow: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, which may list networks as 10.0.0.0/8.
 */
export function proxyFor(target: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(target);
  const proxy = variable(env, protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const host = withoutBrackets(hostname).toLowerCase();
  if (proxy === "" || isLocal(host)) return undefined;
  const exceptions = variable(env, "NO_PROXY").toLowerCase().split(",");
  const own = port || (protocol === "https:" ? "443" : "80");
  const direct = exceptions.map((entry) => entry.trim()).some((entry) => entry !== "" && matches(entry, host, own));
  if (direct) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}
