import path from "node:path";
import { own } from "../lib/objects.ts";
import { suggest } from "../lib/suggest.ts";
import { holdsCredentials, withoutCredentials } from "../lib/url.ts";
import { authRequest, completeAuth, type KeyName } from "./credentials.ts";
import { type AuthKey, type CloudAuth, type Entry, firstSet, mergeEntries, parseEntries } from "./entry.ts";
import {
  authOf,
  authVariables,
  type Environment,
  environmentCloud,
  insecure,
  variable,
  type Variable,
} from "./environment.ts";
import { CloudError } from "./error.ts";
import { shownPath } from "../lib/shown-path.ts";
import { type Found, readCa, readIfThere, search, searchFolders } from "./files.ts";
import { parseInterface, refuseUnsupported, refuseUnsupportedEnvironment } from "./unsupported.ts";
import { parseYaml } from "./yaml.ts";

/** A cloud and an identity in it, as the OpenStack provider resolves them. */
export interface Cloud {
  readonly auth: CloudAuth & { readonly auth_url: string };
  readonly region: string | undefined;
  /** which of a service's endpoints is used */
  readonly interface: "public" | "internal" | "admin";
  /** PEM bundle of the cloud's certificate authorities */
  readonly ca: string | undefined;
  /** false: certificates are not verified */
  readonly verify: boolean;
}

/** The place of everything that is read, so that a test can give others. */
export interface Surroundings {
  readonly env: Environment;
  readonly folders: readonly string[];
}

const surroundings = (): Surroundings => ({ env: process.env, folders: searchFolders() });

const entriesOf = ({ file, text }: Found, key: string): Readonly<Record<string, Entry>> =>
  parseEntries(file, key, parseYaml(file, text));

async function findCloudsYaml({ env, folders }: Surroundings): Promise<Found> {
  const named = variable(env, "OS_CLIENT_CONFIG_FILE");
  if (named !== undefined) {
    const text = await readIfThere(named);
    if (text !== undefined) return { file: named, text };
    // the provider would go on with the search: a mistyped name must not lead to another cloud
    throw new CloudError({
      problem: `OS_CLIENT_CONFIG_FILE names ${shownPath(named)}, and there is no such file`,
      expected: "the path of a clouds.yaml",
      remedy: "correct OS_CLIENT_CONFIG_FILE, or unset it",
    });
  }
  const found = await search("clouds", folders);
  if (found) return found;
  throw new CloudError({
    problem: `no clouds.yaml in ${folders.join(", ")}`,
    expected: "the credentials of the cloud",
    remedy: `set OS_CLIENT_CONFIG_FILE, or write cloud: ${environmentCloud} and set OS_AUTH_URL and the other OS_ variables`,
  });
}

function entryOf(name: string, clouds: Found): Entry {
  const entries = entriesOf(clouds, "clouds");
  const found = own(entries, name);
  if (found) return found;
  const known = Object.keys(entries);
  const meant = suggest(name, known);
  throw new CloudError({
    problem: `no cloud "${name}" in ${clouds.file}`,
    expected: known.length === 0 ? "a key `clouds` with entries" : `one of ${known.join(", ")}`,
    remedy: meant ? `write ${meant} instead` : "add the entry, or name another one",
  });
}

/** The entry with what the entry of clouds-public.yaml adds that `profile` or `cloud` names. */
async function withProfile(name: string, entry: Entry, { folders }: Surroundings): Promise<Entry> {
  const profile = firstSet(entry.profile, entry.cloud);
  if (!profile) return entry;
  const file = await search("clouds-public", folders);
  const found = file && own(entriesOf(file, "public-clouds"), profile);
  if (found) return mergeEntries(entry, found);
  throw new CloudError({
    problem: `profile "${profile}" of clouds.${name} is not in ${file?.file ?? "a clouds-public.yaml"}`,
    expected: `an entry public-clouds.${profile} in clouds-public.yaml, in ${folders.join(", ")}`,
    remedy: "add it there, or write its keys into the entry and remove profile: profiles of openstacksdk are not known",
  });
}

/** Throws a CloudError when a secure.yaml has the entry in a place where the provider does not read it. */
async function refuseUnreadSecrets(name: string, clouds: string, { env, folders }: Surroundings): Promise<void> {
  const named = variable(env, "OS_CLIENT_SECURE_FILE");
  const beside = path.join(path.dirname(clouds), "secure.yaml");
  if (named === undefined && folders.includes(path.resolve(path.dirname(clouds)))) return;
  const file = named ?? beside;
  const text = await readIfThere(file);
  if (text === undefined || !own(entriesOf({ file, text }, "clouds"), name)) return;
  throw new CloudError({
    problem: `the OpenStack provider does not read ${file}${named === undefined ? "" : ", which OS_CLIENT_SECURE_FILE names"}`,
    expected: `a secure.yaml in one of ${folders.join(", ")}`,
    remedy: `type: mv ${file} ${folders[1] ?? "~/.config/openstack"}/secure.yaml`,
  });
}

async function withSecrets(name: string, entry: Entry, clouds: string, around: Surroundings): Promise<Entry> {
  await refuseUnreadSecrets(name, clouds, around);
  const file = await search("secure", around.folders);
  const secret = file && own(entriesOf(file, "clouds"), name);
  return secret ? mergeEntries(secret, entry) : entry;
}

/** What `regions` says of the region that OS_REGION_NAME names; the provider takes it for no other. */
function withRegion(entry: Entry, region: string | undefined): Entry {
  const values = entry.regions?.find(({ name }) => region !== undefined && name === region)?.values;
  return values ? mergeEntries(values, entry) : entry;
}

interface Resolved {
  readonly where: string;
  readonly entry: Entry;
  readonly auth: CloudAuth;
  readonly keyName: KeyName;
  /** the key or variable of the interface, and its value */
  readonly interface: readonly [key: string, value: string | undefined];
}

/** Basic authentication before the identity service (Go's net/http takes it from the URL) is not supported. */
function checkAuthUrl(authUrl: string, key: string): void {
  const url = URL.parse(authUrl);
  const expected = "the URL of an identity service, as https://cloud.example:5000/v3";
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CloudError({
      problem: `${key} is no URL of scheme https or http: ${withoutCredentials(authUrl)}`,
      expected,
      remedy: `correct ${key}`,
    });
  if (holdsCredentials(url))
    throw new CloudError({
      problem: `${key} holds a user or a password`,
      expected,
      remedy: "remove what stands before the @; the credentials are keys of their own, username and password",
    });
}

async function asCloud({ where, entry, auth, keyName, ...given }: Resolved, env: Environment): Promise<Cloud> {
  const missing = (key: AuthKey): CloudError =>
    new CloudError({
      problem: `${keyName(key)} is missing`,
      expected: "an entry with auth.auth_url and the credentials",
      remedy: `set ${keyName(key)}`,
    });
  if (!auth.auth_url) throw missing("auth_url");
  if (entry.auth_type?.includes("token") === true && !auth.token) throw missing("token");
  checkAuthUrl(auth.auth_url, keyName("auth_url"));
  // refuses what is incomplete, before anything is asked
  authRequest(auth, keyName);
  const caOfEnv = variable(env, "OS_CACERT");
  const cacert = caOfEnv ?? entry.cacert;
  const ca = cacert ? await readCa(cacert, caOfEnv ? "OS_CACERT" : `cacert of ${where}`) : undefined;
  const skipped = insecure(env);
  return {
    auth: { ...auth, auth_url: auth.auth_url },
    region: firstSet(env["OS_REGION_NAME"], entry.region_name),
    interface: parseInterface(...given.interface),
    ca,
    verify: skipped === undefined ? (entry.verify ?? true) : !skipped,
  };
}

/** The cloud that the OS_ variables name, without any file. */
function readEnvironment(env: Environment): Promise<Cloud> {
  refuseUnsupportedEnvironment(env);
  const found = authVariables(env, false);
  if (!found.some(({ key }) => key === "auth_url"))
    throw new CloudError({
      problem: `OS_AUTH_URL is not set, and the config says cloud: ${environmentCloud}`,
      expected: "the OS_ variables of a cloud, as an openrc file sets them",
      remedy: "set OS_AUTH_URL and the credentials, or name an entry of clouds.yaml as cloud",
    });
  const named = (["OS_ENDPOINT_TYPE", "OS_INTERFACE"] as const).find((name) => variable(env, name) !== undefined);
  // the provider's own default (provider.go, default_domain)
  const auth = { default_domain: "default", ...authOf(found) };
  const where = "the environment";
  refuseUnsupported(where, {}, variable(env, "OS_AUTH_URL"), env);
  const keyName = nameIn(found, (key) => `OS_${key.toUpperCase()}`);
  return asCloud({ where, entry: {}, auth, keyName, interface: [named ?? "", named && env[named]] }, env);
}

const nameIn =
  (found: readonly Variable[], other: KeyName): KeyName =>
  (key) =>
    found.find((each) => each.key === key)?.name ?? other(key);

async function readNamed(name: string, around: Surroundings): Promise<Cloud> {
  const { env } = around;
  const clouds = await findCloudsYaml(around);
  const known = await withProfile(name, entryOf(name, clouds), around);
  const entry = withRegion(await withSecrets(name, known, clouds.file, around), variable(env, "OS_REGION_NAME"));
  const where = `clouds.${name} in ${clouds.file}`;
  refuseUnsupported(where, entry, entry.auth?.auth_url ?? variable(env, "OS_AUTH_URL"), env);
  const found = authVariables(env, true);
  const given = entry.auth ?? {};
  const auth = completeAuth(given, found, where);
  const keyName: KeyName = (key) =>
    (given[key] ? undefined : found.find((each) => each.key === key)?.name) ?? `auth.${key} of ${where}`;
  const fromEnv = variable(env, "OS_ENDPOINT_TYPE");
  const key = entry.endpoint_type ? "endpoint_type" : "interface";
  const kind = fromEnv ? (["OS_ENDPOINT_TYPE", fromEnv] as const) : ([`${key} of ${where}`, entry[key]] as const);
  return asCloud({ where, entry, auth, keyName, interface: kind }, env);
}

/**
 * The cloud of an entry of clouds.yaml and of the OS_ variables beside it, as the OpenStack provider resolves them. The
 * name `envvars` stands for the OS_ variables alone. Throws a CloudError for what the provider would refuse, and for what
 * it would ignore or take otherwise than the entry says.
 */
export async function readCloud(name: string, around: Surroundings = surroundings()): Promise<Cloud> {
  return name === environmentCloud ? readEnvironment(around.env) : readNamed(name, around);
}
