/**
 * The name under which openstacksdk knows the cloud of the environment's OS_ variables
 * (openstack/config/loader.py, envvar_name).
 */
export const environmentCloud = "envvars";

type Environment = Readonly<Record<string, string | undefined>>;

/** Keys of `auth`, each with the variables that the OpenStack provider takes it from: the first that is set counts. */
const variables: Readonly<Record<string, readonly string[]>> = {
  auth_url: ["OS_AUTH_URL"],
  username: ["OS_USERNAME"],
  user_id: ["OS_USER_ID"],
  password: ["OS_PASSWORD"],
  user_domain_name: ["OS_USER_DOMAIN_NAME"],
  user_domain_id: ["OS_USER_DOMAIN_ID"],
  domain_name: ["OS_DOMAIN_NAME"],
  domain_id: ["OS_DOMAIN_ID"],
  project_name: ["OS_PROJECT_NAME", "OS_TENANT_NAME"],
  project_id: ["OS_PROJECT_ID", "OS_TENANT_ID"],
  project_domain_name: ["OS_PROJECT_DOMAIN_NAME"],
  project_domain_id: ["OS_PROJECT_DOMAIN_ID"],
  application_credential_id: ["OS_APPLICATION_CREDENTIAL_ID"],
  application_credential_name: ["OS_APPLICATION_CREDENTIAL_NAME"],
  application_credential_secret: ["OS_APPLICATION_CREDENTIAL_SECRET"],
  token: ["OS_TOKEN", "OS_AUTH_TOKEN"],
};

/** What clouds.yaml would say of the cloud of the environment; undefined: the environment names none. */
export function environmentEntry(env: Environment): Readonly<Record<string, unknown>> | undefined {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  if (first(["OS_AUTH_URL"]) === undefined) return undefined;
  const auth = Object.entries(variables).flatMap(([key, names]) => {
    const value = first(names);
    return value === undefined ? [] : [[key, value]];
  });
  const region = first(["OS_REGION_NAME"]);
  const cacert = first(["OS_CACERT"]);
  return {
    auth: Object.fromEntries(auth) as Record<string, string>,
    ...(region !== undefined && { region_name: region }),
    ...(cacert !== undefined && { cacert }),
    verify: !/^(1|t|true)$/i.test(env["OS_INSECURE"] ?? ""),
  };
}

/** Where a cloud's entry stands, as a person looks for it. */
export function entryName(name: string): string {
  return name === environmentCloud ? "the environment's OS_ variables" : `clouds.${name} in clouds.yaml`;
}
