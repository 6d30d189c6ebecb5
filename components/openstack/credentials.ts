import { isDeepStrictEqual } from "node:util";
import type { AuthKey, CloudAuth } from "./entry.ts";
import type { Variable } from "./environment.ts";
import { CloudError } from "./error.ts";

/**
 * The request for a token as the OpenStack provider makes it: gophercloud/utils clientconfig, v3auth and
 * setDomainIfNeeded, then gophercloud, AuthOptions.ToTokenV3CreateMap. What fails there is refused here, with the key.
 */

/** How a key of `auth` is called where it was set. */
export type KeyName = (key: AuthKey) => string;
const asKey: KeyName = (key) => `auth.${key}`;

const refuse = (problem: string, expected: string, remedy: string): CloudError =>
  new CloudError({ problem, expected, remedy });

const both = (a: string, b: string): CloudError =>
  refuse(`${a} and ${b} are both set`, "one of the two, as the OpenStack provider demands", `remove ${a} or ${b}`);

const missing = (key: string, why: string): CloudError => refuse(`${key} is missing`, why, `set ${key}`);

const usesApplicationCredential = (auth: CloudAuth): boolean =>
  first(auth, "application_credential_id", "application_credential_name", "application_credential_secret") !==
  undefined;

const hasProject = (auth: CloudAuth): boolean => first(auth, "project_id", "project_name") !== undefined;

interface Sourced {
  readonly value: string;
  readonly key: AuthKey;
}

/** A domain of an owner, by its own keys or by those that stand for every owner. */
interface DomainOf {
  readonly id?: Sourced;
  readonly name?: Sourced;
}

const first = (auth: CloudAuth, ...keys: AuthKey[]): Sourced | undefined => {
  const key = keys.find((key) => auth[key]);
  return key === undefined ? undefined : { key, value: auth[key] ?? "" };
};

/** setDomainIfNeeded: `domain_id` and `domain_name` stand for user and project, `default_domain` for what is left. */
function domainOf(auth: CloudAuth, owner: "user" | "project"): DomainOf {
  const inherits = usesApplicationCredential(auth) || hasProject(auth);
  const id = first(auth, `${owner}_domain_id`, ...(inherits ? (["domain_id"] as const) : []));
  const name = first(auth, `${owner}_domain_name`, ...(inherits ? (["domain_name"] as const) : []));
  if (id || name || !inherits) return { ...(id && { id }), ...(name && { name }) };
  const fallback = first(auth, "default_domain");
  return fallback ? { id: fallback } : {};
}

function userByName(auth: CloudAuth, name: KeyName): object {
  const { id, name: domain } = domainOf(auth, "user");
  if (!id && !domain)
    throw missing(
      name("user_domain_name"),
      `the domain of user ${auth.username}, as Default; a name alone is not unique`,
    );
  return { name: auth.username, domain: id ? { id: id.value } : { name: domain?.value } };
}

function passwordUser(auth: CloudAuth, name: KeyName): object {
  const { id, name: domain } = domainOf(auth, "user");
  if (auth.user_id) {
    const other = auth.username ? "username" : (id ?? domain)?.key;
    if (other) throw both(name("user_id"), name(other));
    return { id: auth.user_id };
  }
  if (!auth.username) throw missing(name("username"), "the user of the password");
  if (id && domain) throw both(name(id.key), name(domain.key));
  return userByName(auth, name);
}

function applicationCredential(auth: CloudAuth, name: KeyName): object {
  const { application_credential_id: id, application_credential_secret: secret } = auth;
  if (!id && !auth.application_credential_name)
    throw missing(name("application_credential_id"), "the application credential of the secret");
  if (!secret) throw missing(name("application_credential_secret"), "the secret of the application credential");
  if (id) return { id, secret };
  if (!auth.user_id && !auth.username)
    throw missing(name("application_credential_id"), "the id, or the user whose application credential it is");
  const user = auth.user_id ? { id: auth.user_id } : userByName(auth, name);
  return { name: auth.application_credential_name, user, secret };
}

function identity(auth: CloudAuth, name: KeyName): object {
  if (auth.token) {
    // without a scope of its own a token cannot be renewed, and the provider refuses it
    if (usesApplicationCredential(auth)) throw both(name("token"), name(credentialKey(auth)));
    if (!hasProject(auth)) throw missing(name("project_id"), "the project to use the token for");
    return { methods: ["token"], token: { id: auth.token } };
  }
  if (auth.password) {
    // the provider would log in by the password, without a project
    if (usesApplicationCredential(auth)) throw both(name("password"), name(credentialKey(auth)));
    return { methods: ["password"], password: { user: { ...passwordUser(auth, name), password: auth.password } } };
  }
  if (!usesApplicationCredential(auth))
    throw missing(name("password"), "a password, a token or an application credential");
  return { methods: ["application_credential"], application_credential: applicationCredential(auth, name) };
}

const credentialKey = (auth: CloudAuth): AuthKey =>
  first(auth, "application_credential_id", "application_credential_name")?.key ?? "application_credential_secret";

function scope(auth: CloudAuth, name: KeyName): object | undefined {
  if (usesApplicationCredential(auth)) return undefined;
  if (auth.project_id) return { project: { id: auth.project_id } };
  if (auth.project_name) {
    const { id, name: domain } = domainOf(auth, "project");
    if (!id && !domain)
      throw missing(name("project_domain_name"), `the domain of project ${auth.project_name}, as Default`);
    return { project: { name: auth.project_name, domain: id ? { id: id.value } : { name: domain?.value } } };
  }
  if (auth.domain_id) return { domain: { id: auth.domain_id } };
  return auth.domain_name ? { domain: { name: auth.domain_name } } : undefined;
}

/**
 * The body of a request for a token: https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management
 * @throws CloudError that names the key of `auth` that is missing or too much
 */
export function authRequest(auth: CloudAuth, name: KeyName = asKey): object {
  return { auth: { identity: identity(auth, name), scope: scope(auth, name) } };
}

const attempt = (auth: CloudAuth): object | undefined => {
  try {
    return authRequest(auth);
  } catch {
    return undefined;
  }
};

/**
 * An entry's `auth` with what the variables beside it add. The provider lets a variable fill every key that the entry
 * leaves out. A variable may complete an entry: it may not make another identity of one that is complete.
 */
export function completeAuth(own: CloudAuth, found: readonly Variable[], cloud: string): CloudAuth {
  const added = found.filter(({ key }) => !own[key]);
  const alone = usesApplicationCredential(own) || hasProject(own) ? attempt(own) : undefined;
  const changing =
    alone && added.filter(({ key, value }) => !isDeepStrictEqual(attempt({ ...own, [key]: value }), alone));
  if (changing && changing.length > 0) {
    const names = changing.map(({ name }) => name).join(", ");
    throw refuse(
      `${names} would make the OpenStack provider use another identity than ${cloud} says`,
      "one identity: that of the entry",
      `type: unset ${names.replaceAll(",", "")}`,
    );
  }
  return { ...own, ...Object.fromEntries(added.map(({ key, value }) => [key, value])) };
}
