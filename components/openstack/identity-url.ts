import { fetch } from "undici";
import { z } from "zod";
import { isTlsTrustError } from "../kubernetes/unreachable.ts";
import { reasonOf } from "../lib/errors.ts";
import { cloudCause } from "./cause.ts";
import type { Cloud } from "./clouds-yaml.ts";
import { entryName } from "./environment.ts";
import { CloudError } from "./error.ts";
import { dispatcherOf } from "./proxy.ts";

const versionsSchema = z.object({
  versions: z.object({
    values: z.array(
      z.object({
        id: z.string(),
        status: z.string(),
        links: z.array(z.object({ rel: z.string(), href: z.string() })),
      }),
    ),
  }),
});

const slashed = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

/** What stands before a version in the path (gophercloud, utils.BaseEndpoint). */
function baseOf(authUrl: string): string {
  const url = new URL(authUrl);
  return slashed(`${url.origin}${url.pathname.replace(/v[0-9.]+\/?.*$/, "")}`);
}

const good = /^(current|supported|stable)$/i;

/** The URL of version 3 in the identity service's list of versions. */
function chosen(answer: unknown, base: string): string {
  const { values } = versionsSchema.parse(answer).versions;
  const link = values
    .filter(({ id, status }) => id.includes("v3") && good.test(status))
    .flatMap(({ links }) => links.filter(({ rel }) => rel === "self"))
    .at(0);
  if (!link) throw new Error(`no version 3 among those of ${base}`);
  return slashed(link.href);
}

/**
 * The base URL of version 3 of the identity service. Where `auth_url` names no version the service is asked, and its own
 * answer counts, as for the provider (gophercloud, utils.ChooseVersion).
 */
export async function identityUrl(cloud: Cloud, name: string, signal: AbortSignal): Promise<string> {
  const given = slashed(cloud.auth.auth_url);
  if (given.endsWith("/v3/")) return given;
  const base = baseOf(given);
  const dispatcher = dispatcherOf(cloud, base);
  try {
    const response = await fetch(base, { headers: { accept: "application/json" }, dispatcher, signal });
    if (response.status !== 200 && response.status !== 300) throw noVersions(base, name, response.status);
    return chosen(await response.json(), base);
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw isTlsTrustError(error) ? untrusted(base, name, error) : unanswered(base, name, error);
  } finally {
    // a close would wait for a proxy that never answers
    await dispatcher.destroy();
  }
}

const noVersions = (base: string, name: string, status: number): CloudError =>
  new CloudError({
    problem: `the identity service at ${base} does not list its versions (${status})`,
    expected: "an OpenStack identity service, version 3",
    remedy: `correct auth_url of ${entryName(name)}, as https://cloud.example:5000/v3`,
  });

export const untrusted = (url: string, name: string, cause: unknown): CloudError =>
  new CloudError({
    problem: `the certificate of the identity service at ${url} is not trusted: ${reasonOf(cause)}`,
    expected: "one that cacert vouches for, or a public authority",
    remedy: `set cacert of ${entryName(name)} to the PEM bundle of who signs it`,
    cause,
  });

export const unanswered = (url: string, name: string, cause: unknown): CloudError =>
  new CloudError({
    problem: `the identity service at ${url} gave no answer: ${reasonOf(cause)}`,
    expected: "an OpenStack identity service, version 3",
    remedy:
      cloudCause(cause, entryName(name))?.remedy ??
      `check auth_url and cacert of ${entryName(name)}, and the way to it`,
    cause,
  });
