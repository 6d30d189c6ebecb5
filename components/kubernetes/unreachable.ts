/** Pure: what a failed request says of the API server, and what a deletion may do without it. */

/** Nobody answered: refused, reset, timed out, no such name (Node.js, undici). */
const noResponseCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** The proxy's own word that it finds nobody behind it; undici, proxy-agent.js, and the package socks, constants.ts. */
const proxyFindsNobody =
  /^Proxy response \(50[234]\)|proxy rejected connection - (NetworkUnreachable|HostUnreachable|ConnectionRefused|TTLExpired)$/;

/**
 * True when the API server did not answer at all. A certificate that is not trusted, credentials that are refused and
 * any HTTP status are answers. Behind a proxy only its own word counts: when the proxy is away, nothing is known of the
 * cluster.
 */
export function isNoResponse(error: unknown, proxied: boolean): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, message, cause, errors } = error as Failure;
  if (message !== undefined && proxyFindsNobody.test(message)) return true;
  // several addresses were tried
  if (errors !== undefined && errors.length > 0) return errors.every((it) => isNoResponse(it, proxied));
  if (code !== undefined && noResponseCodes.has(code)) return !proxied;
  return isNoResponse(cause, proxied);
}

const untrusted = /^(ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** True when the server's certificate is not trusted, or not its own: no retry heals that. */
export function isTlsTrustError(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, cause } = error as Failure;
  return untrusted.test(code ?? "") || isTlsTrustError(cause);
}

/** The parts of an Error, an AggregateError and a system error that tell. */
interface Failure {
  readonly code?: string;
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** What becomes of a deletion when the cluster does not answer: the config's `detach.clusterUnreachable`. */
export type UnreachablePolicy = "fail" | "skip";

/** What is known when a deletion is about to begin. */
export interface ContactState {
  readonly policy: UnreachablePolicy;
  /** the API server has answered this process at least once, in whatever way */
  readonly answered: boolean;
  /** the last attempt was not answered at all; see {@link isNoResponse} */
  readonly noResponse: boolean;
  /** ms since this process first tried */
  readonly elapsed: number;
  /** ms that have to pass without an answer before the policy counts */
  readonly gracePeriod: number;
}

/**
 * Whether a deletion begins, waits for the cluster, fails or is left out. A cluster that has answered once is there,
 * whatever comes later: then the deletion's own bounds count.
 */
export function decideDeletion({
  policy,
  answered,
  noResponse,
  elapsed,
  gracePeriod,
}: ContactState): "begin" | "wait" | UnreachablePolicy {
  if (answered || !noResponse) return "begin";
  return elapsed < gracePeriod ? "wait" : policy;
}
