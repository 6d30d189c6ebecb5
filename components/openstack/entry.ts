import { z } from "zod";
import { isObject, own } from "../lib/objects.ts";
import { CloudError } from "./error.ts";

const text = z.string().optional();

/** What the OpenStack provider reads of `auth`: AuthInfo of gophercloud/utils clientconfig, results.go. */
const authShape = {
  auth_url: text,
  username: text,
  user_id: text,
  password: text,
  user_domain_name: text,
  user_domain_id: text,
  domain_name: text,
  domain_id: text,
  default_domain: text,
  project_name: text,
  project_id: text,
  project_domain_name: text,
  project_domain_id: text,
  application_credential_id: text,
  application_credential_name: text,
  application_credential_secret: text,
  token: text,
  system_scope: text,
};

export type AuthKey = keyof typeof authShape;
export type CloudAuth = Readonly<Partial<Record<AuthKey, string | undefined>>>;

const entryShape = {
  profile: text,
  cloud: text,
  auth: z.looseObject({ ...authShape, allow_reauth: z.boolean().optional() }).optional(),
  auth_type: text,
  region_name: text,
  interface: text,
  endpoint_type: text,
  identity_api_version: text,
  verify: z.boolean().optional(),
  cacert: text,
  cert: text,
  key: text,
};

const regionSchema = z.union([
  z.string().transform((name) => ({ name, values: undefined })),
  z.looseObject({ name: text, values: z.looseObject(entryShape).optional() }),
]);

const entrySchema = z.looseObject({ ...entryShape, regions: z.array(regionSchema).optional() });

/** The first value that is set: an empty text is not. */
export const firstSet = (...values: readonly (string | undefined)[]): string | undefined =>
  values.find((value) => value !== undefined && value !== "");

/** An entry of clouds.yaml; the keys are those that the OpenStack provider reads, and any others. */
export type Entry = z.output<typeof entrySchema>;

/** The keys of `auth` that are read, for telling those that are not. */
export const authKeys: readonly string[] = [...Object.keys(authShape), "allow_reauth"];

const expected: Readonly<Record<string, string>> = {
  verify: "true or false, without quotes",
  auth: "a mapping with auth_url and the credentials",
  clouds: "a mapping of names to entries",
  regions: "a list of names, or of mappings with name and values",
};

/**
 * All entries of a file. The provider refuses the whole file for one key of another type, in any entry: so does this.
 * @param key under which they are, `clouds` or `public-clouds`
 */
export function parseEntries(file: string, key: string, content: unknown): Readonly<Record<string, Entry>> {
  const schema = z.looseObject({ [key]: z.record(z.string(), entrySchema.optional()).optional() });
  const parsed = schema.safeParse(content);
  if (parsed.success) {
    const found = parsed.data[key] ?? {};
    return Object.fromEntries(Object.entries(found).map(([name, entry]) => [name, entry ?? {}]));
  }
  const path = parsed.error.issues[0]?.path ?? [];
  const last = String(path.at(-1) ?? key);
  const type = own(expected, last) ?? "a single text";
  throw new CloudError({
    problem: `${path.join(".")} of ${file} has the wrong type, and the OpenStack provider then refuses the whole file`,
    expected: type,
    remedy: `write ${last} as ${type}`,
  });
}

const isEmpty = (value: unknown): boolean => value === undefined || value === "" || value === false;

function mergeValues(override: unknown, base: unknown): unknown {
  if (isObject(override) && isObject(base)) {
    const keys = new Set([...Object.keys(override), ...Object.keys(base)]);
    return Object.fromEntries([...keys].map((key) => [key, mergeValues(own(override, key), own(base, key))]));
  }
  if (Array.isArray(override) && Array.isArray(base)) return [...(override as unknown[]), ...(base as unknown[])];
  return isEmpty(override) ? (base ?? override) : override;
}

/**
 * Two entries as one (mergeClouds of clientconfig, utils.go). An empty text and `false` never override: `verify: false`
 * counts only where the other entry has no `verify`.
 */
export const mergeEntries = (override: Entry, base: Entry): Entry => mergeValues(override, base) as Entry;
