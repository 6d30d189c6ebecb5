import { fetch } from "undici";
import { z } from "zod";
import { isTlsTrustError } from "../kubernetes/unreachable.ts";
import { cloudCause } from "./cause.ts";
import type { Cloud } from "./clouds-yaml.ts";
import { authRequest } from "./credentials.ts";
import type { CloudAuth } from "./entry.ts";
import { entryName } from "./environment.ts";
import { CloudError, HttpError } from "./error.ts";
import { identityUrl, unanswered, untrusted } from "./identity-url.ts";
import { dispatcherOf } from "./proxy.ts";

const tokenSchema = z.object({
  token: z.object({
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    user: z.object({ id: z.string() }).optional(),
    /** of the account in that project; an unscoped token has none */
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({
              interface: z.string(),
              region: z.string().nullish(),
              region_id: z.string().nullish(),
              url: z.string(),
            }),
          ),
        }),
      )
      .default([]),
  }),
});

/** `id` is the secret that requests carry. */
export type Token = z.output<typeof tokenSchema>["token"] & { readonly id: string };

/** Asks the identity service for a token and its catalog. Throws a CloudError if it is out of reach or refuses. */
export async function authenticate(cloud: Cloud, name: string, signal: AbortSignal): Promise<Token> {
  const url = `${await identityUrl(cloud, name, signal)}auth/tokens`;
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
    throw isTlsTrustError(error) ? untrusted(url, name, error) : unanswered(url, name, error);
  } finally {
    // a close would wait for a proxy that never answers
    await dispatcher.destroy();
  }
}

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
  const cause = new HttpError(status);
  return new CloudError({
    problem: `the identity service at ${url} answered ${status}`,
    expected: "a token (201)",
    remedy: cloudCause(cause, entryName(name))?.remedy ?? `check auth_url, project and domain of ${entryName(name)}`,
    cause,
  });
}

type Endpoint = Token["catalog"][number]["endpoints"][number];

/** Where endpoints of a cloud are looked for. */
export type Place = Pick<Cloud, "region" | "interface">;

/** The endpoint that the provider takes: the first that fits (gophercloud, openstack/endpoint_location.go). */
function findEndpoint(token: Token, type: string, { region, interface: kind }: Place): Endpoint | undefined {
  const endpoints = token.catalog.filter((service) => service.type === type).flatMap((service) => service.endpoints);
  const found = endpoints.find(
    (each) => each.interface === kind && (region === undefined || each.region === region || each.region_id === region),
  );
  return found && { ...found, url: found.url.replace(/\/+$/, "") };
}

function endpoint(token: Token, name: string, type: string, place: Place): Endpoint {
  const found = findEndpoint(token, type, place);
  if (found) return found;
  const { region, interface: kind } = place;
  const where = region === undefined ? "" : ` in region ${region}`;
  throw new CloudError({
    problem: `the catalog of cloud "${name}" has no ${kind} endpoint of type ${type}${where}`,
    expected: `a ${kind} endpoint of type ${type}`,
    remedy: `correct region_name or interface of ${entryName(name)}, or ask the cloud's operator for the endpoint`,
  });
}

/** A service's URL without a trailing slash. Throws a CloudError if the catalog has none. */
export function endpointOf(token: Token, name: string, type: string, place: Place): string {
  return endpoint(token, name, type, place).url;
}

/** Id of the region that a service is used in, with a region in the entry or without; empty: the catalog names none. */
export function regionOf(token: Token, name: string, type: string, place: Place): string {
  const { region_id: id, region } = endpoint(token, name, type, place);
  return id ?? region ?? "";
}

/**
 * The object store's public URL of the account, whatever the interface is: the machines fetch from it. undefined: the
 * catalog has none.
 */
export function objectStore(token: Token, region: string | undefined): { url: string; region: string } | undefined {
  const found = findEndpoint(token, "object-store", { region, interface: "public" });
  return found && { url: found.url, region: region ?? found.region_id ?? "" };
}
