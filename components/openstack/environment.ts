import { CloudError } from "./error.ts";
import { type AuthKey, type CloudAuth, firstSet } from "./entry.ts";

/**
 * The name under which openstacksdk knows the cloud of the environment's OS_ variables
 * (openstack/config/loader.py, envvar_name).
 */
export const environmentCloud = "envvars";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of each key of `auth`, the first that is set counts: in the order of the provider's own arguments
 * (terraform-provider-openstack, provider.go). Beside an entry of clouds.yaml the last one counts (clientconfig, v3auth).
 */
const variables: Readonly<Record<AuthKey, readonly string[]>> = {
  auth_url: ["OS_AUTH_URL"],
  username: ["OS_USERNAME"],
  user_id: ["OS_USER_ID"],
  password: ["OS_PASSWORD"],
  user_domain_name: ["OS_USER_DOMAIN_NAME"],
  user_domain_id: ["OS_USER_DOMAIN_ID"],
  domain_name: ["OS_DOMAIN_NAME"],
  domain_id: ["OS_DOMAIN_ID"],
  default_domain: ["OS_DEFAULT_DOMAIN"],
  project_name: ["OS_TENANT_NAME", "OS_PROJECT_NAME"],
  project_id: ["OS_TENANT_ID", "OS_PROJECT_ID"],
  project_domain_name: ["OS_PROJECT_DOMAIN_NAME"],
  project_domain_id: ["OS_PROJECT_DOMAIN_ID"],
  application_credential_id: ["OS_APPLICATION_CREDENTIAL_ID"],
  application_credential_name: ["OS_APPLICATION_CREDENTIAL_NAME"],
  application_credential_secret: ["OS_APPLICATION_CREDENTIAL_SECRET"],
  token: ["OS_TOKEN", "OS_AUTH_TOKEN"],
  system_scope: ["OS_SYSTEM_SCOPE"],
};

/** A variable that is set, and the key of `auth` that it stands for. */
export interface Variable {
  readonly key: AuthKey;
  readonly name: string;
  readonly value: string;
}

/** The value of a variable; one that is empty counts as not set. */
export const variable = (env: Environment, name: string): string | undefined => firstSet(env[name]);

/**
 * The variables that stand for keys of `auth`, one a key.
 * @param besideEntry whether a cloud is named: the last of several counts then
 */
export function authVariables(env: Environment, besideEntry: boolean): readonly Variable[] {
  return (Object.keys(variables) as AuthKey[]).flatMap((key) => {
    const found = variables[key].flatMap((name) => {
      const value = variable(env, name);
      return value === undefined ? [] : [{ key, name, value }];
    });
    const counting = besideEntry ? found.at(-1) : found[0];
    return counting ? [counting] : [];
  });
}

/** The values of variables by their keys of `auth`. */
export const authOf = (found: readonly Variable[]): CloudAuth =>
  Object.fromEntries(found.map(({ key, value }) => [key, value]));

/** OS_INSECURE as the provider takes it (Go's strconv.ParseBool); undefined: not set. */
export function insecure(env: Environment): boolean | undefined {
  const value = variable(env, "OS_INSECURE");
  if (value === undefined) return undefined;
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw new CloudError({
    problem: `OS_INSECURE is "${value}"`,
    expected: "true or false",
    remedy: "write true or false, or unset OS_INSECURE",
  });
}

/** Where a cloud's entry stands, as a person looks for it. */
export function entryName(name: string): string {
  return name === environmentCloud ? "the environment's OS_ variables" : `clouds.${name} in clouds.yaml`;
}
