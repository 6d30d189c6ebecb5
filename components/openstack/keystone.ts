import { fetch } from "undici";
import { z } from "zod";
import { isTlsTrustError } from "../kubernetes/unreachable.ts";
import { reasonOf } from "../lib/errors.ts";
import type { Cloud, CloudAuth } from "./clouds-yaml.ts";
import { entryName } from "./environment.ts";
import { CloudError } from "./error.ts";
import { dispatcherOf } from "./proxy.ts";

const tokenSchema = z.object({
  token: z.object({
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    /** of the account in that project; an unscoped token has none */
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(z.object({ interface: z.string(), region_id: z.string().nullish(), url: z.string() })),
        }),
      )
      .default([]),
  }),
});

/** `id` is the secret that requests carry. */
export type Token = z.output<typeof tokenSchema>["token"] & { readonly id: string };

type Domain = { id: string } | { name: string } | undefined;
const domain = (id: string | undefined, name: string | undefined): Domain =>
  id !== undefined ? { id } : name !== undefined ? { name } : undefined;

function scope(auth: CloudAuth): object | undefined {
  if (auth.project_id !== undefined) return { project: { id: auth.project_id } };
  if (auth.project_name === undefined) return undefined;
  const owner = domain(auth.project_domain_id ?? auth.domain_id, auth.project_domain_name ?? auth.domain_name);
  return { project: { name: auth.project_name, domain: owner ?? { id: "default" } } };
}

function user(auth: CloudAuth): object {
  if (auth.user_id !== undefined) return { id: auth.user_id };
  const owner = domain(auth.user_domain_id ?? auth.domain_id, auth.user_domain_name ?? auth.domain_name);
  return { name: auth.username, domain: owner ?? { id: "default" } };
}

/** The body of a request for a token: https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
export function authRequest(auth: CloudAuth): object {
  const { application_credential_id: id, application_credential_name: name } = auth;
  const secret = auth.application_credential_secret;
  if (secret !== undefined) {
    const credential = id === undefined ? { name, user: user(auth), secret } : { id, secret };
    return { auth: { identity: { methods: ["application_credential"], application_credential: credential } } };
  }
  const identity =
    auth.token === undefined
      ? { methods: ["password"], password: { user: { ...user(auth), password: auth.password } } }
      : { methods: ["token"], token: { id: auth.token } };
  return { auth: { identity, scope: scope(auth) } };
}

function tokensUrl(authUrl: string): string {
  const base = authUrl.replace(/\/+$/, "");
  return `${base.endsWith("/v3") ? base : `${base}/v3`}/auth/tokens`;
}

/** Asks the identity service for a token and its catalog. Throws a CloudError if it is out of reach or refuses. */
export async function authenticate(cloud: Cloud, name: string, signal: AbortSignal): Promise<Token> {
  const url = tokensUrl(cloud.auth.auth_url);
  const dispatcher = dispatcherOf(cloud, url);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(authRequest(cloud.auth)),
      dispatcher,
      signal,
    });
    const body = await response.text();
    if (response.status === 201)
      return { ...tokenSchema.parse(JSON.parse(body)).token, id: response.headers.get("x-subject-token") ?? "" };
    throw refusal(url, name, response.status, cloud.auth);
  } catch (error) {
    if (error instanceof CloudError) throw error;
    if (isTlsTrustError(error)) throw distrust(url, name, error);
    throw new CloudError({
      problem: `the identity service at ${url} gave no answer: ${reasonOf(error)}`,
      expected: "an OpenStack identity service, version 3",
      remedy: `check auth_url and cacert of ${entryName(name)}, and the way to it`,
      cause: error,
    });
  } finally {
    // a close would wait for a proxy that never answers
    await dispatcher.destroy();
  }
}

const distrust = (url: string, name: string, error: unknown): CloudError =>
  new CloudError({
    problem: `the certificate of the identity service at ${url} is not trusted: ${reasonOf(error)}`,
    expected: "one that cacert vouches for, or a public authority",
    remedy: `set cacert of ${entryName(name)} to the PEM bundle of who signs it`,
    cause: error,
  });

/** Keystone answers 404 for an application credential or a token that it does not know, as for a path. */
function refusal(url: string, name: string, status: number, auth: CloudAuth): CloudError {
  const unknown = auth.application_credential_secret !== undefined ? "application credential" : auth.token && "token";
  if (status === 404 && unknown)
    return new CloudError({
      problem: `the identity service at ${url} does not know the ${unknown} (404)`,
      expected: `a valid ${unknown}: it may have expired, or been deleted`,
      remedy: `make another one for ${entryName(name)}; if it is valid, correct auth_url`,
    });
  if (status === 404)
    return new CloudError({
      problem: `there is no identity service at ${url} (404)`,
      expected: "an OpenStack identity service, version 3",
      remedy: `correct auth_url of ${entryName(name)}, as https://cloud.example:5000/v3`,
    });
  if (status === 401)
    return new CloudError({
      problem: `the identity service at ${url} refused the credentials (401)`,
      expected: `credentials of cloud "${name}" that work`,
      remedy: `correct user, password, project and domains, or the application credential, of ${entryName(name)}`,
    });
  return new CloudError({
    problem: `the identity service at ${url} answered ${status}`,
    expected: "a token (201)",
    remedy: `check auth_url, project and domain of ${entryName(name)}`,
  });
}

const expectations: Readonly<Record<string, string>> = {
  "object-store": " (Swift): the machines fetch their Ignition config from it",
};

interface Endpoint {
  readonly url: string;
  readonly region_id?: string | null | undefined;
}

function publicEndpoint(token: Token, name: string, type: string, region: string | undefined): Endpoint {
  const endpoints = token.catalog.filter((service) => service.type === type).flatMap((service) => service.endpoints);
  const found = endpoints.find(
    (endpoint) => endpoint.interface === "public" && (region === undefined || endpoint.region_id === region),
  );
  if (found) return { ...found, url: found.url.replace(/\/+$/, "") };
  const where = region === undefined ? "" : ` in region ${region}`;
  throw new CloudError({
    problem: `the catalog of cloud "${name}" has no public endpoint of type ${type}${where}`,
    expected: `a public endpoint of type ${type}${expectations[type] ?? ""}`,
    remedy: "ask the cloud's operator for it, or correct region_name in clouds.yaml",
  });
}

/** A service's public URL without a trailing slash. Throws a CloudError if the catalog has none. */
export function endpointOf(token: Token, name: string, type: string, region: string | undefined): string {
  return publicEndpoint(token, name, type, region).url;
}

/** The object store's public URL of the account. Throws a CloudError if the catalog has none. */
export function objectStore(token: Token, name: string, region: string | undefined): { url: string; region: string } {
  const { url, region_id } = publicEndpoint(token, name, "object-store", region);
  return { url, region: region ?? region_id ?? "" };
}
