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

/** The variables of the environment that name a proxy, as a part of messages. */
export const proxyVariables = "HTTPS_PROXY or HTTP_PROXY of the environment";

function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a proxy's URL, undefined if nothing is. It may hold a password: its value is not in the answer. */
export function proxyProblem(proxy: string): string | undefined {
  const url = URL.parse(proxy);
  // the schemes of client-go (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1, proxy-url) and SOCKS 4
  if (url === null || !/^(https?|socks(4a?|5h?)?):$/.test(url.protocol) || url.hostname === "")
    return "is not a URL of scheme http, https, socks4 or socks5, like http://proxy.example:3128";
  // the WHATWG parser takes a backslash for a slash, so that a user like CORP\name would become the host
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "" || proxy.includes("\\"))
    return "has more than scheme, user, host and port: remove its path, and write %5C for a \\ in its user";
  if (isEscaped(url.username) && isEscaped(url.password)) return undefined;
  return "has a % in its user or password that begins no escape: write %25 for %";
}
