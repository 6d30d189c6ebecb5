import { isTlsTrustError } from "../kubernetes/unreachable.ts";
import { HttpError } from "./error.ts";

/** Why a request to the cloud failed, as far as a user can do something about it, and what that is. Pure. */
export interface CloudCause {
  /** in a few words, e.g. `the credential has expired or was revoked (401)`; the same for every request that it makes fail */
  readonly what: string;
  readonly remedy: string;
}

type Cause = (entry: string) => CloudCause;

const quota: Cause = () => ({
  what: "a quota of the cloud's project is used up",
  remedy: "free some of it, or have the cloud's operator raise it (openstack quota show --usage)",
});

const unauthorized: Cause = (entry) => ({
  what: "the credential was refused: it has expired, was revoked or is wrong (401)",
  remedy: `renew the credential of ${entry}`,
});

const forbidden: Cause = (entry) => ({
  what: "the cloud's policy does not allow it to the account's roles (403)",
  remedy: `have the cloud's operator grant the role, usually \`member\`, or use another account in ${entry}`,
});

const wrongEndpoint: Cause = (entry) => ({
  what: "there is no such service at the endpoint (404)",
  remedy: `correct auth_url, region_name or interface of ${entry}; openstack catalog list shows the endpoints`,
});

const unknownVersion: Cause = () => ({
  what: "the service does not know the version of its API that is asked for (406)",
  remedy: "have the cloud's operator upgrade the service",
});

const noEndpoint: Cause = (entry) => ({
  what: "the catalog has no endpoint for it",
  remedy: `correct region_name or interface of ${entry}; openstack catalog list shows the endpoints`,
});

const conflict: Cause = () => ({
  what: "something else is changing it, or has it already (409)",
  remedy: "wait until the other operation has ended, then repeat the command",
});

const rateLimit: Cause = () => ({
  what: "the cloud limits the rate of requests (413 or 429)",
  remedy: "wait a minute and repeat the command, with a smaller --parallel",
});

const serviceFault: (status: string) => Cause = (status) => () => ({
  what: `the service has a fault or is overloaded (${status})`,
  remedy: "repeat the command in a few minutes; if it stays, tell the cloud's operator",
});

const untrusted: Cause = (entry) => ({
  what: "its certificate is not trusted",
  remedy: `set cacert of ${entry} to the PEM bundle of who signs it, or have the operator renew the certificate`,
});

const unknownHost: Cause = (entry) => ({
  what: "DNS does not know its host name",
  remedy: `correct the host name of auth_url in ${entry}, or the name servers of this machine`,
});

const refused: Cause = (entry) => ({
  what: "nothing listens at its address: the connection was refused",
  remedy: `correct the port of auth_url in ${entry}; if it is right, tell the cloud's operator that the service is down`,
});

const noAnswer: Cause = () => ({
  what: "it did not answer in time, or the connection broke",
  remedy:
    "check the network, VPN, firewall and proxy (HTTPS_PROXY, NO_PROXY) between this machine and the cloud, then repeat the command",
});

function ofStatus(status: number): Cause | undefined {
  if (status === 401) return unauthorized;
  if (status === 403) return forbidden;
  if (status === 404) return wrongEndpoint;
  if (status === 406) return unknownVersion;
  if (status === 409) return conflict;
  if (status === 413 || status === 429) return rateLimit;
  return status >= 500 ? serviceFault(String(status)) : undefined;
}

/** Codes of Node.js and undici. */
const codes: Readonly<Record<string, Cause>> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ECONNREFUSED: refused,
  ECONNRESET: noAnswer,
  EPIPE: noAnswer,
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  UND_ERR_CONNECT_TIMEOUT: noAnswer,
  UND_ERR_HEADERS_TIMEOUT: noAnswer,
  UND_ERR_BODY_TIMEOUT: noAnswer,
  UND_ERR_SOCKET: noAnswer,
};

/**
 * Texts of the OpenStack provider: of gophercloud (errors.go, provider_client.go) and of Go's net and crypto/x509. A quota
 * comes first: Nova reports it by 403, Neutron by 409, older services by 413.
 */
const texts: readonly (readonly [RegExp, Cause])[] = [
  [/quota exceeded|exceeded for resources|exceeds allowed .*quota/i, quota],
  [/no suitable endpoint/i, noEndpoint],
  [/x509:|tls: failed to verify/i, untrusted],
  [/no such host|server misbehaving|temporary failure in name resolution/i, unknownHost],
  [/connection refused/i, refused],
  [
    /i\/o timeout|deadline exceeded|client\.timeout|no route to host|network is unreachable|connection reset|\bEOF\b/i,
    noAnswer,
  ],
  [/authentication failed|unable to re-?authenticate/i, unauthorized],
  [/request forbidden/i, forbidden],
  [/resource not found/i, wrongEndpoint],
  [/too many requests/i, rateLimit],
  [/server timed out waiting/i, noAnswer],
  [/internal server error/i, serviceFault("500")],
  [/bad gateway/i, serviceFault("502")],
  [/service is currently unable|service unavailable/i, serviceFault("503")],
  [/gateway time-?out/i, serviceFault("504")],
];

/** gophercloud names the status that it got. */
const gotStatus = /but got (\d{3}) instead/i;

interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** By what an error and its causes are, whatever their texts. */
function byKind(error: unknown): Cause | undefined {
  if (error instanceof HttpError) return ofStatus(error.status);
  if (isTlsTrustError(error)) return untrusted;
  if (typeof error !== "object" || error === null) return undefined;
  const { name, code, cause, errors = [] } = error as Failure;
  if (name === "TimeoutError") return noAnswer;
  const own = typeof code === "string" && Object.hasOwn(codes, code) ? codes[code] : undefined;
  return own ?? byKind(cause) ?? errors.map(byKind).find((found) => found !== undefined);
}

function byText(text: string): Cause | undefined {
  const [, status] = gotStatus.exec(text) ?? [];
  const named = texts.find(([pattern]) => pattern.test(text))?.[1];
  if (named === quota) return named;
  return (status === undefined ? undefined : ofStatus(Number(status))) ?? named;
}

/**
 * Why a request failed; undefined: it is none of the known causes.
 *
 * @param entry where the credentials are from, as it is called in messages
 * @param text of an error that is known by its text alone, as the provider's
 */
export const cloudCause = (error: unknown, entry: string, text = ""): CloudCause | undefined =>
  (byKind(error) ?? byText(text))?.(entry);
