import { own } from "../lib/objects.ts";
import { suggest } from "../lib/suggest.ts";
import { withoutCredentials } from "../lib/url.ts";
import { authKeys, type Entry } from "./entry.ts";
import { type Environment, environmentCloud, variable } from "./environment.ts";
import { CloudError } from "./error.ts";

/**
 * What the OpenStack provider does not know, or takes otherwise than openstacksdk. It ignores most of it: then the
 * provider would act as somebody else than the entry says, so it is refused by name.
 */

const authTypes = ["password", "v3password", "token", "v3token", "v3applicationcredential"];

/** Keys of other names, each with the one that the provider reads. */
const otherNames: Readonly<Record<string, string>> = {
  tenant_name: "project_name",
  tenant_id: "project_id",
  user_name: "username",
  user: "username",
};

const refuse = (problem: string, expected: string, remedy: string): CloudError =>
  new CloudError({ problem, expected, remedy });

/**
 * The version of the identity API as the provider finds it (clientconfig, determineIdentityAPI): the variable, the entry,
 * the URL, the kind of login.
 */
function refuseIdentityVersion(where: string, entry: Entry, authUrl: string | undefined, env: Environment): void {
  const fromEnv = variable(env, "OS_IDENTITY_API_VERSION");
  const version = fromEnv ?? entry.identity_api_version;
  if (version) {
    const key = fromEnv === undefined ? `identity_api_version of ${where}` : "OS_IDENTITY_API_VERSION";
    if (version !== "3") throw refuse(`${key} is ${version}`, "3, the only one that is supported", `set ${key} to 3`);
    return;
  }
  if (authUrl?.includes("v2.0") === true)
    throw refuse(
      `auth_url of ${where} is ${withoutCredentials(authUrl)}`,
      "an identity service, version 3",
      "end auth_url with /v3, as https://cloud.example:5000/v3",
    );
}

function refuseAuthType(key: string, type: string | undefined): void {
  if (!type || authTypes.includes(type)) return;
  throw refuse(
    `${key} is ${type}, which the OpenStack provider does not support`,
    `one of ${authTypes.join(", ")}`,
    "create an application credential, and use v3applicationcredential with its id and secret",
  );
}

function refuseAuthKeys(where: string, entry: Entry): void {
  const unread = Object.keys(entry.auth ?? {}).find((key) => !authKeys.includes(key));
  if (unread === undefined) return;
  // without the space after its colon, a password is a part of the key
  if (!/^[\w-]+$/.test(unread))
    throw refuse(
      `auth of ${where} has a key that is not a word`,
      `keys of auth among ${authKeys.join(", ")}`,
      "write a space after the colon of each key",
    );
  const meant = own(otherNames, unread) ?? suggest(unread, authKeys);
  throw refuse(
    `the OpenStack provider does not read auth.${unread} of ${where}`,
    `keys of auth among ${authKeys.join(", ")}`,
    meant === undefined ? `remove auth.${unread}` : `write auth.${meant} instead, or remove auth.${unread}`,
  );
}

/** Keys of one service, as `compute_endpoint_override`. */
const perService = /_(endpoint_override|endpoint|interface|region_name)$/;

/** Keys beside `auth` that change who one is or where one acts, and that the provider ignores. */
function refuseEntryKeys(where: string, entry: Entry): void {
  for (const key of Object.keys(entry)) {
    const inAuth = own(otherNames, key) ?? key;
    if (authKeys.includes(inAuth))
      throw refuse(
        `the OpenStack provider does not read ${key} of ${where} beside auth`,
        `${inAuth} below auth`,
        `move it to auth.${inAuth}`,
      );
    if (perService.test(key))
      throw refuse(
        `the OpenStack provider does not read ${key} of ${where}`,
        "one region and interface for all services, and endpoints from the service catalog",
        `remove ${key}`,
      );
    if (key === "insecure")
      throw refuse(`the OpenStack provider does not read insecure of ${where}`, "verify", "write verify: false");
  }
}

const clientCertificate = (key: string): CloudError =>
  refuse(
    `${key} names a client certificate, which is not supported`,
    "an identity service that takes a password or an application credential",
    `remove ${key}`,
  );

const systemScope = (key: string): CloudError =>
  refuse(`${key} is set`, "the scope of a project: servers and ports belong to one", `remove ${key}`);

/** Variables that lead the provider elsewhere, whatever cloud is named. */
function refuseVariables(env: Environment): void {
  for (const name of ["OS_CERT", "OS_KEY"]) if (variable(env, name) !== undefined) throw clientCertificate(name);
  if (variable(env, "OS_SYSTEM_SCOPE") !== undefined) throw systemScope("OS_SYSTEM_SCOPE");
  if (!/^(0|f|false)$/i.test(variable(env, "OS_SWAUTH") ?? "false"))
    throw refuse("OS_SWAUTH is set", "an object store behind the identity service", "unset OS_SWAUTH");
}

/** Throws a CloudError for the first thing of an entry or of the variables beside it that is not supported. */
export function refuseUnsupported(where: string, entry: Entry, authUrl: string | undefined, env: Environment): void {
  refuseVariables(env);
  refuseAuthType(`auth_type of ${where}`, entry.auth_type);
  refuseAuthKeys(where, entry);
  refuseEntryKeys(where, entry);
  if (entry.cert) throw clientCertificate(`cert of ${where}`);
  if (entry.key) throw clientCertificate(`key of ${where}`);
  if (entry.auth?.system_scope) throw systemScope(`auth.system_scope of ${where}`);
  refuseIdentityVersion(where, entry, authUrl, env);
}

/** Throws a CloudError for variables with which the provider would not use the environment's own cloud. */
export function refuseUnsupportedEnvironment(env: Environment): void {
  const cloud = variable(env, "OS_CLOUD");
  if (cloud !== undefined)
    throw refuse(
      `OS_CLOUD is ${cloud}, so the OpenStack provider reads clouds.${cloud} of clouds.yaml and not the other variables`,
      "one way to name the cloud",
      `write cloud: ${cloud} instead of cloud: ${environmentCloud}, or unset OS_CLOUD`,
    );
  refuseAuthType("OS_AUTH_TYPE", variable(env, "OS_AUTH_TYPE"));
}

const interfaces = ["public", "publicURL", "internal", "internalURL", "admin", "adminURL"];

/** Which of a service's endpoints is used. Throws a CloudError for one that the provider does not know. */
export function parseInterface(key: string, value: string | undefined): "public" | "internal" | "admin" {
  if (!value) return "public";
  if (interfaces.includes(value)) return value.replace("URL", "") as "public" | "internal" | "admin";
  throw refuse(
    `${key} is ${value}`,
    `one of ${interfaces.join(", ")}`,
    `write ${key.split(" ")[0]} as public or internal`,
  );
}
