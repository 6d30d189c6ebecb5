import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { reasonOf } from "../lib/errors.ts";
import { suggest } from "../lib/suggest.ts";
import { environmentCloud, environmentEntry } from "./environment.ts";
import { CloudError } from "./error.ts";

const authSchema = z.looseObject({
  auth_url: z.string(),
  username: z.string().optional(),
  user_id: z.string().optional(),
  password: z.coerce.string().optional(),
  user_domain_name: z.string().optional(),
  user_domain_id: z.string().optional(),
  domain_name: z.string().optional(),
  domain_id: z.string().optional(),
  project_name: z.string().optional(),
  project_id: z.string().optional(),
  project_domain_name: z.string().optional(),
  project_domain_id: z.string().optional(),
  application_credential_id: z.string().optional(),
  application_credential_name: z.string().optional(),
  application_credential_secret: z.string().optional(),
  token: z.string().optional(),
});

const cloudSchema = z.looseObject({
  auth_type: z.string().optional(),
  auth: authSchema,
  region_name: z.string().optional(),
  interface: z.string().optional(),
  cacert: z.string().optional(),
  verify: z.boolean().optional(),
});

export type CloudAuth = z.output<typeof authSchema>;

/** An entry of clouds.yaml, with what secure.yaml adds to it. */
export interface Cloud {
  readonly auth: CloudAuth;
  readonly region: string | undefined;
  /** PEM bundle of the cloud's certificate authorities, beside the system's */
  readonly ca: string | undefined;
  /** false: certificates are not verified */
  readonly verify: boolean;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CloudError({
      problem: `${file}: ${reasonOf(error)}`,
      expected: "a readable file",
      remedy: "give yourself the right to read it",
      cause: error,
    });
  }
}

/** The places of a file of OpenStack's clients, as openstacksdk searches them; the first that exists counts. */
function places(name: string, override: string | undefined): string[] {
  if (override) return [override];
  return [path.resolve(name), path.join(homedir(), ".config/openstack", name), path.join("/etc/openstack", name)];
}

async function firstOf(files: readonly string[]): Promise<{ file: string; text: string } | undefined> {
  for (const file of files) {
    const text = await readIfThere(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

function entries(file: string, text: string): Record<string, unknown> {
  try {
    return z.object({ clouds: z.record(z.string(), z.unknown()) }).parse(parse(text)).clouds;
  } catch (error) {
    throw new CloudError({
      problem: `${file} is not a clouds.yaml`,
      expected: "YAML with a key `clouds`",
      remedy: "correct the file",
      cause: error,
    });
  }
}

function merge(base: unknown, extra: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isObject(base) || !isObject(extra)) return extra ?? base;
  const keys = new Set([...Object.keys(base), ...Object.keys(extra)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], extra[key])]));
}

function parseEntry(file: string, name: string, entry: unknown): z.output<typeof cloudSchema> {
  const parsed = cloudSchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new CloudError({
    problem: `entry "${name}" of ${file} lacks or misstates ${keys}`,
    expected: "an entry with auth.auth_url and the credentials",
    remedy: `correct clouds.${name} in ${file}`,
  });
}

type Entry = z.output<typeof cloudSchema>;

async function asCloud(file: string, name: string, entry: Entry): Promise<Cloud> {
  const ca = entry.cacert === undefined ? undefined : await readCa(entry.cacert, file, name);
  return { auth: entry.auth, region: entry.region_name, ca, verify: entry.verify ?? true };
}

/**
 * Reads an entry of clouds.yaml from OS_CLIENT_CONFIG_FILE, the working directory, ~/.config/openstack or /etc/openstack.
 * The name `envvars` stands for the environment's OS_ variables, where these name a cloud. Throws a CloudError if there is
 * none.
 */
export async function readCloud(name: string): Promise<Cloud> {
  const given = name === environmentCloud ? environmentEntry(process.env) : undefined;
  if (given) return asCloud("the environment", name, parseEntry("the environment", name, given));
  const files = places("clouds.yaml", process.env["OS_CLIENT_CONFIG_FILE"]);
  const found = await firstOf(files);
  if (!found)
    throw new CloudError({
      problem: `no clouds.yaml in ${files.join(", ")}`,
      expected: "the credentials of the cloud",
      remedy: `set OS_CLIENT_CONFIG_FILE, or write cloud: ${environmentCloud} and set OS_AUTH_URL and the other OS_ variables`,
    });
  const clouds = entries(found.file, found.text);
  if (!(name in clouds)) {
    const known = Object.keys(clouds);
    const meant = suggest(name, known);
    throw new CloudError({
      problem: `no cloud "${name}" in ${found.file}`,
      expected: `one of ${known.join(", ")}`,
      remedy: meant ? `write ${meant} instead` : "add the entry, or name another one",
    });
  }
  const beside = path.join(path.dirname(found.file), "secure.yaml");
  const secure = await firstOf(places("secure.yaml", process.env["OS_CLIENT_SECURE_FILE"] ?? beside));
  const secret = secure ? entries(secure.file, secure.text)[name] : undefined;
  return asCloud(found.file, name, parseEntry(found.file, name, merge(clouds[name], secret)));
}

async function readCa(cacert: string, file: string, name: string): Promise<string> {
  const home = cacert.startsWith("~/") ? path.join(homedir(), cacert.slice(2)) : cacert;
  const text = await readIfThere(home);
  if (text?.includes("-----BEGIN CERTIFICATE-----")) return text;
  const what = text === undefined ? `there is no file ${home}` : `${home} holds no certificate`;
  throw new CloudError({ problem: what, expected: "a PEM bundle", remedy: `correct clouds.${name}.cacert in ${file}` });
}
