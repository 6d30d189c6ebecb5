/**
 * Forms of clouds.yaml and of the environment. `{{name}}` stands for a value of the lab that is known at run time.
 * What is accepted must lead program and provider to the same identity; what is refused must be refused by name.
 */
export interface Form {
  readonly title: string;
  /** files in the folder where program and provider run; clouds.yaml among them is found there */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** as the stack's config names it; `a` without */
  readonly cloud?: string;
}

export interface RefusedForm extends Form {
  /** what the error must name */
  readonly names: string;
  /** what the provider does: it refuses too, or it takes no notice and goes on */
  readonly provider: "refuses" | "goes on";
}

type Lines = Readonly<Record<string, string | undefined>>;

const render = (lines: Lines, indent: string): string =>
  Object.entries(lines)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}${key}: ${value}\n`)
    .join("");

const password: Lines = {
  auth_url: "{{url}}",
  username: "{{user}}",
  password: "{{password}}",
  project_name: "{{project}}",
  user_domain_name: "Default",
  project_domain_name: "Default",
};
const rest: Lines = { region_name: "RegionOne", cacert: "{{ca}}" };
const credential: Lines = {
  auth_url: "{{url}}",
  application_credential_id: "{{credential_id}}",
  application_credential_secret: "{{credential_secret}}",
};

/** An entry `a` of these lines; undefined leaves one out. */
const entry = (auth: Lines, more: Lines = rest, top = "clouds"): string =>
  `${top}:\n  a:\n    auth:\n${render(auth, "      ")}${render(more, "    ")}`;
const clouds = (auth: Lines, more: Lines = {}): Form["files"] => ({
  "clouds.yaml": entry({ ...password, ...auth }, { ...rest, ...more }),
});
const only = (auth: Lines, more: Lines = {}): Form["files"] => ({ "clouds.yaml": entry(auth, { ...rest, ...more }) });

const none = { user_domain_name: undefined, project_domain_name: undefined };
const openrc = {
  OS_AUTH_URL: "{{url}}",
  OS_USERNAME: "{{user}}",
  OS_PASSWORD: "{{password}}",
  OS_PROJECT_NAME: "{{project}}",
  OS_REGION_NAME: "RegionOne",
  OS_CACERT: "{{ca}}",
};
const credentialEnv = {
  OS_AUTH_URL: "{{url}}",
  OS_APPLICATION_CREDENTIAL_ID: "{{credential_id}}",
  OS_APPLICATION_CREDENTIAL_SECRET: "{{credential_secret}}",
  OS_CACERT: "{{ca}}",
};

const site = `site: &site
  auth: &auth
    auth_url: "{{url}}"
    username: nobody
    project_name: "{{project}}"
    user_domain_name: Default
    project_domain_name: Default
  cacert: "{{ca}}"
  region_name: nowhere
`;

/** Passwords that YAML would take for something else, each of a user of its own. */
export const oddPasswords: readonly string[] = ["0123456", "1e5", "no", "2026-11-28", "0x1F", "3.10", "~x"];

const passwords = oddPasswords.map((value): Form => ({
  title: `the password ${value} without quotes`,
  files: clouds({ username: `{{user of ${value}}}`, password: value }),
}));

const files: Form[] = [
  { title: "domains by name", files: clouds({}) },
  { title: "domains by id", files: clouds({ ...none, user_domain_id: "default", project_domain_id: "default" }) },
  {
    title: "user and project by id",
    files: clouds({
      ...none,
      username: undefined,
      user_id: "{{user_id}}",
      project_name: undefined,
      project_id: "{{project_id}}",
    }),
  },
  { title: "the project by name and id", files: clouds({ project_id: "{{project_id}}", project_name: "other" }) },
  { title: "one domain_name for user and project", files: clouds({ ...none, domain_name: "Default" }) },
  { title: "one domain_id for user and project", files: clouds({ ...none, domain_id: "default" }) },
  { title: "default_domain", files: clouds({ ...none, default_domain: "default" }) },
  {
    title: "a quoted number and a comment",
    files: clouds({ project_name: '"{{project}}" # 7' }, { identity_api_version: "3" }),
  },
  { title: "a password in base64", files: clouds({ password: "!!binary {{password in base64}}" }) },
  { title: "auth_url without a version", files: clouds({ auth_url: "{{base url}}" }) },
  { title: "auth_url with a slash at its end", files: clouds({ auth_url: "{{url}}/" }) },
  { title: "an application credential by id", files: only(credential, { auth_type: "v3applicationcredential" }) },
  { title: "an application credential without auth_type", files: only(credential) },
  {
    title: "an application credential with a project",
    files: only({ ...credential, project_name: "other", domain_name: "other" }),
  },
  {
    title: "an application credential by name and user id",
    files: only({
      ...credential,
      application_credential_id: undefined,
      application_credential_name: "{{credential_name}}",
      user_id: "{{user_id}}",
    }),
  },
  {
    title: "an application credential by name and user",
    files: only({
      ...credential,
      application_credential_id: undefined,
      application_credential_name: "{{credential_name}}",
      username: "{{user}}",
      user_domain_name: "Default",
    }),
  },
  {
    title: "a token",
    files: only({ auth_url: "{{url}}", token: "{{token}}", project_id: "{{project_id}}" }, { auth_type: "v3token" }),
  },
  { title: "a token before a password", files: clouds({ token: "{{token}}", password: "wrong" }) },
  { title: "no region", files: clouds({}, { region_name: undefined }) },
  { title: "another region", files: clouds({}, { region_name: "{{region}}" }) },
  { title: "interface: internal", files: clouds({}, { interface: "internal" }) },
  { title: "endpoint_type before interface", files: clouds({}, { interface: "public", endpoint_type: "internalURL" }) },
  { title: "verify: no without cacert", files: clouds({}, { verify: "no", cacert: undefined }) },
  { title: "verify: off without cacert", files: clouds({}, { verify: "off", cacert: undefined }) },
  { title: "verify: yes", files: clouds({}, { verify: "yes" }) },
  { title: "the authorities as text", files: clouds({}, { cacert: "{{ca text}}" }) },
];

const yaml: Form[] = [
  {
    title: "<<: *site, and auth completed key by key",
    files: {
      "clouds.yaml": `${site}clouds:\n  a:\n    <<: *site\n    region_name: RegionOne\n    auth: {username: "{{user}}", password: "{{password}}"}\n`,
    },
  },
  {
    title: "<<: *auth within auth",
    files: {
      "clouds.yaml": `${site}clouds:\n  a:\n    cacert: "{{ca}}"\n    auth: {<<: *auth, username: "{{user}}", password: "{{password}}"}\n`,
    },
  },
  {
    title: "<<: *site below other keys, which it overrides",
    files: {
      "clouds.yaml": `${site.replace("nowhere", "RegionOne").replace("nobody", "{{user}}")}clouds:\n  a:\n    region_name: nowhere\n    auth: {password: "{{password}}", username: nobody}\n    <<: *site\n`,
    },
  },
  {
    title: "a list of anchors, of which the first takes precedence",
    files: {
      "clouds.yaml": `${site}first: &first {region_name: RegionOne}\nclouds:\n  a:\n    <<: [*first, *site]\n    auth: {username: "{{user}}", password: "{{password}}"}\n`,
    },
  },
  {
    title: "a repeated key, of which the last counts",
    files: { "clouds.yaml": `${entry(password, { ...rest, region_name: "nowhere" })}    region_name: RegionOne\n` },
  },
  {
    title: "an empty value after an anchor",
    files: {
      "clouds.yaml": `${site}clouds:\n  a:\n    <<: *site\n    region_name:\n    auth: {username: "{{user}}", password: "{{password}}"}\n`,
    },
  },
];

const folders: Form[] = [
  { title: "clouds.yml", files: { "clouds.yml": entry(password) } },
  {
    title: "OS_CLIENT_CONFIG_FILE before the folder",
    files: { "clouds.yaml": entry({ ...password, username: "nobody" }), "other.yaml": entry(password) },
    env: { OS_CLIENT_CONFIG_FILE: "{{folder}}/other.yaml" },
  },
  {
    title: "secure.yaml with the password",
    files: { ...clouds({ password: undefined }), "secure.yaml": entry({ password: "{{password}}" }, {}) },
  },
  {
    title: "secure.yml",
    files: { ...clouds({ password: undefined }), "secure.yml": entry({ password: "{{password}}" }, {}) },
  },
  {
    title: "secure.yaml before clouds.yaml, but for empty values",
    files: { ...clouds({ password: "wrong" }), "secure.yaml": entry({ password: "{{password}}", username: '""' }, {}) },
  },
  {
    title: "profile of clouds-public.yaml",
    files: {
      ...only(
        { username: "{{user}}", password: "{{password}}", project_name: "{{project}}" },
        { profile: "a", cacert: undefined },
      ),
      "clouds-public.yaml": entry(
        { ...password, username: "nobody", password: undefined },
        { cacert: "{{ca}}", region_name: "nowhere" },
        "public-clouds",
      ),
    },
  },
  {
    title: "cloud as the name of a profile",
    files: {
      ...only({ username: "{{user}}", password: "{{password}}" }, { cloud: "a" }),
      "clouds-public.yaml": entry({ ...password, password: undefined }, {}, "public-clouds"),
    },
  },
  {
    title: "verify: false, which does not override the profile's true",
    files: {
      ...clouds({}, { profile: "a", verify: "false" }),
      "clouds-public.yaml": entry({ auth_url: "nowhere" }, { verify: "true" }, "public-clouds"),
    },
  },
];

const besides: Form[] = [
  { title: "OS_REGION_NAME beside a region", files: clouds({}), env: { OS_REGION_NAME: "{{region}}" } },
  {
    title: "OS_REGION_NAME beside no region",
    files: clouds({}, { region_name: undefined }),
    env: { OS_REGION_NAME: "{{region}}" },
  },
  {
    title: "OS_REGION_NAME that picks values of regions",
    files: clouds({}, { cacert: undefined, regions: '[RegionOne, {name: "{{region}}", values: {cacert: "{{ca}}"}}]' }),
    env: { OS_REGION_NAME: "{{region}}" },
  },
  {
    title: "regions without OS_REGION_NAME",
    files: clouds({}, { region_name: undefined, regions: '["{{region}}", RegionOne]' }),
  },
  { title: "OS_CACERT before cacert", files: clouds({}, { cacert: "/nowhere" }), env: { OS_CACERT: "{{ca}}" } },
  { title: "OS_INSECURE=true", files: clouds({}, { cacert: undefined }), env: { OS_INSECURE: "true" } },
  { title: "OS_INSECURE=0 before verify: no", files: clouds({}, { verify: "no" }), env: { OS_INSECURE: "0" } },
  {
    title: "OS_ENDPOINT_TYPE before interface",
    files: clouds({}, { interface: "public" }),
    env: { OS_ENDPOINT_TYPE: "internal" },
  },
  { title: "OS_INTERFACE, which counts for nobody", files: clouds({}), env: { OS_INTERFACE: "internal" } },
  { title: "OS_CLOUD of another name", files: clouds({}), env: { OS_CLOUD: "other" } },
  {
    title: "OS_PASSWORD that completes the entry",
    files: clouds({ password: undefined }),
    env: { OS_PASSWORD: "{{password}}" },
  },
  {
    title: "OS_PROJECT_NAME before OS_TENANT_NAME",
    files: clouds({ project_name: undefined }),
    env: { OS_TENANT_NAME: "other", OS_PROJECT_NAME: "{{project}}" },
  },
  {
    title: "an entry without auth",
    files: { "clouds.yaml": `clouds:\n  a: {}\n` },
    env: { ...openrc, OS_USER_DOMAIN_NAME: "Default", OS_PROJECT_DOMAIN_ID: "default" },
  },
  {
    title: "variables that change nothing of an application credential",
    files: only(credential),
    env: {
      OS_AUTH_URL: "http://nowhere/v3",
      OS_USERNAME: "other",
      OS_PROJECT_ID: "other",
      OS_USER_DOMAIN_NAME: "other",
    },
  },
  {
    title: "variables that change nothing of a password",
    files: clouds({ project_id: "{{project_id}}" }),
    env: { OS_PROJECT_NAME: "other", OS_DEFAULT_DOMAIN: "other", OS_DOMAIN_NAME: "other" },
  },
];

const environment: Form[] = [
  { title: "an openrc file with its default domain", env: openrc },
  {
    title: "OS_TENANT_NAME before OS_PROJECT_NAME",
    env: { ...openrc, OS_PROJECT_NAME: "other", OS_TENANT_NAME: "{{project}}" },
  },
  {
    title: "OS_PROJECT_ID and domains",
    env: {
      ...openrc,
      OS_PROJECT_ID: "{{project_id}}",
      OS_USER_DOMAIN_NAME: "Default",
      OS_PROJECT_DOMAIN_ID: "default",
    },
  },
  {
    title: "an application credential",
    env: { ...credentialEnv, OS_AUTH_TYPE: "v3applicationcredential", OS_REGION_NAME: "{{region}}" },
  },
  {
    title: "OS_AUTH_TOKEN",
    env: { OS_AUTH_URL: "{{url}}", OS_AUTH_TOKEN: "{{token}}", OS_PROJECT_ID: "{{project_id}}", OS_CACERT: "{{ca}}" },
  },
  { title: "OS_INTERFACE=internal", env: { ...openrc, OS_INTERFACE: "internal" } },
  { title: "OS_INSECURE=1 without OS_CACERT", env: { ...openrc, OS_CACERT: "", OS_INSECURE: "1" } },
].map((form) => ({ ...form, title: `envvars: ${form.title}`, cloud: "envvars" }));

export const accepted: readonly Form[] = [...passwords, ...files, ...yaml, ...folders, ...besides, ...environment];

const refusedEntries: RefusedForm[] = [
  {
    title: "no region of that name in the catalog",
    files: clouds({}, { region_name: "nowhere" }),
    names: "region nowhere",
    provider: "refuses",
  },
  {
    title: "auth_type of OpenID Connect",
    files: clouds({}, { auth_type: "v3oidcpassword" }),
    names: "auth_type",
    provider: "goes on",
  },
  {
    title: "auth_type of a browser login",
    files: clouds({}, { auth_type: "v3websso" }),
    names: "auth_type",
    provider: "goes on",
  },
  { title: "a trust", files: clouds({ trust_id: "x" }), names: "auth.trust_id", provider: "goes on" },
  { title: "a one-time password", files: clouds({ passcode: "123456" }), names: "auth.passcode", provider: "goes on" },
  {
    title: "tenant_name",
    files: clouds({ project_name: undefined, tenant_name: "{{project}}" }),
    names: "auth.project_name",
    provider: "refuses",
  },
  {
    title: "the scope of the system",
    files: clouds({ system_scope: "all" }),
    names: "auth.system_scope",
    provider: "goes on",
  },
  {
    title: "a password beside auth",
    files: clouds({ password: undefined }, { password: "{{password}}" }),
    names: "auth.password",
    provider: "refuses",
  },
  {
    title: "an endpoint of its own",
    files: clouds({}, { compute_endpoint_override: "http://nowhere" }),
    names: "compute_endpoint_override",
    provider: "goes on",
  },
  {
    title: "a client certificate",
    files: clouds({}, { cert: "/nowhere", key: "/nowhere" }),
    names: "cert",
    provider: "refuses",
  },
  {
    title: "version 2 of the identity service",
    files: clouds({}, { identity_api_version: "2" }),
    names: "identity_api_version",
    provider: "refuses",
  },
  {
    title: "an auth_url of version 2",
    files: clouds({ auth_url: "{{base url}}/v2.0" }),
    names: "auth_url",
    provider: "refuses",
  },
  {
    title: "no domain of the user",
    files: clouds({ user_domain_name: undefined }),
    names: "auth.user_domain_name",
    provider: "refuses",
  },
  {
    title: "no domain of the project",
    files: clouds({ project_domain_name: undefined }),
    names: "auth.project_domain_name",
    provider: "refuses",
  },
  { title: "no project", files: clouds({ project_name: undefined }), names: "auth.project_name", provider: "refuses" },
  { title: "user and user_id", files: clouds({ user_id: "{{user_id}}" }), names: "auth.user_id", provider: "refuses" },
  {
    title: "user_id with a domain",
    files: clouds({ username: undefined, user_id: "{{user_id}}" }),
    names: "auth.user_domain_name",
    provider: "refuses",
  },
  {
    title: "a domain by id and by name",
    files: clouds({ user_domain_id: "default" }),
    names: "auth.user_domain_id",
    provider: "refuses",
  },
  {
    title: "domain_id beside user_domain_name",
    files: clouds({ domain_id: "default" }),
    names: "auth.domain_id",
    provider: "refuses",
  },
  {
    title: "a password beside an application credential",
    files: clouds({ ...credential }),
    names: "auth.password",
    provider: "refuses",
  },
  {
    title: "an application credential without its secret",
    files: only({ ...credential, application_credential_secret: undefined }),
    names: "auth.application_credential_secret",
    provider: "refuses",
  },
  {
    title: "a token without a project",
    files: only({ auth_url: "{{url}}", token: "{{token}}" }),
    names: "auth.project_id",
    provider: "refuses",
  },
  {
    title: "auth_type token without a token",
    files: clouds({}, { auth_type: "v3token" }),
    names: "auth.token",
    provider: "refuses",
  },
  { title: "an empty password", files: clouds({ password: "~" }), names: "auth.password", provider: "refuses" },
  {
    title: "verify in quotes",
    files: clouds({}, { verify: '"false"' }),
    names: "clouds.a.verify",
    provider: "refuses",
  },
  {
    title: "verify in quotes in another entry",
    files: { "clouds.yaml": `${entry(password)}  b:\n    verify: "no"\n` },
    names: "clouds.b.verify",
    provider: "refuses",
  },
  { title: "no auth_url", files: clouds({ auth_url: undefined }), names: "auth.auth_url", provider: "refuses" },
  {
    title: "a profile that is nowhere",
    files: clouds({}, { profile: "vexxhost" }),
    names: "profile",
    provider: "refuses",
  },
  {
    title: "an interface that nobody knows",
    files: clouds({}, { interface: "private" }),
    names: "interface",
    provider: "goes on",
  },
  { title: "no such entry", files: { "clouds.yaml": "clouds:\n  b: {}\n" }, names: 'cloud "a"', provider: "refuses" },
  { title: "no mapping", files: { "clouds.yaml": "- clouds\n" }, names: "clouds.yaml", provider: "refuses" },
  {
    title: "an anchor that contains itself",
    files: { "clouds.yaml": `clouds: &c\n  a:\n    <<: *c\n` },
    names: "clouds.yaml",
    provider: "refuses",
  },
  {
    title: "secure.yaml beside a clouds.yaml elsewhere",
    files: {
      "elsewhere/clouds.yaml": entry({ ...password, password: undefined }),
      "elsewhere/secure.yaml": entry({ password: "{{password}}" }, {}),
    },
    env: { OS_CLIENT_CONFIG_FILE: "{{folder}}/elsewhere/clouds.yaml" },
    names: "secure.yaml",
    provider: "refuses",
  },
];

const refusedVariables: RefusedForm[] = [
  {
    title: "OS_PASSWORD beside an application credential",
    files: only(credential),
    env: { OS_USERNAME: "{{user}}", OS_PASSWORD: "{{password}}" },
    names: "OS_PASSWORD",
    provider: "refuses",
  },
  {
    title: "OS_TOKEN beside an application credential",
    files: only(credential),
    env: { OS_TOKEN: "{{token}}" },
    names: "OS_TOKEN",
    provider: "refuses",
  },
  {
    title: "OS_TOKEN beside a password",
    files: clouds({}),
    env: { OS_TOKEN: "expired" },
    names: "OS_TOKEN",
    provider: "refuses",
  },
  {
    title: "OS_PROJECT_ID beside a project's name",
    files: clouds({}),
    env: { OS_PROJECT_ID: "{{other_project_id}}" },
    names: "OS_PROJECT_ID",
    provider: "goes on",
  },
  {
    title: "OS_USER_ID beside a user's name",
    files: clouds({}),
    env: { OS_USER_ID: "{{user_id}}" },
    names: "OS_USER_ID",
    provider: "refuses",
  },
  {
    title: "OS_DOMAIN_ID beside the domains' names",
    files: clouds({}),
    env: { OS_DOMAIN_ID: "default" },
    names: "OS_DOMAIN_ID",
    provider: "refuses",
  },
  {
    title: "OS_PROJECT_DOMAIN_ID beside the domain's name",
    files: clouds({}),
    env: { OS_PROJECT_DOMAIN_ID: "default" },
    names: "OS_PROJECT_DOMAIN_ID",
    provider: "goes on",
  },
  {
    title: "OS_PASSWORD that does not complete the entry",
    files: only({ auth_url: "{{url}}" }),
    env: { OS_PASSWORD: "{{password}}" },
    names: "auth.username",
    provider: "refuses",
  },
  {
    title: "OS_CERT",
    files: clouds({}),
    env: { OS_CERT: "/nowhere", OS_KEY: "/nowhere" },
    names: "OS_CERT",
    provider: "refuses",
  },
  {
    title: "OS_SYSTEM_SCOPE",
    files: clouds({}),
    env: { OS_SYSTEM_SCOPE: "all" },
    names: "OS_SYSTEM_SCOPE",
    provider: "refuses",
  },
  { title: "OS_SWAUTH", files: clouds({}), env: { OS_SWAUTH: "true" }, names: "OS_SWAUTH", provider: "goes on" },
  {
    title: "OS_INSECURE=yes",
    files: clouds({}),
    env: { OS_INSECURE: "yes" },
    names: "OS_INSECURE",
    provider: "refuses",
  },
  {
    title: "OS_IDENTITY_API_VERSION=2",
    files: clouds({}),
    env: { OS_IDENTITY_API_VERSION: "2" },
    names: "OS_IDENTITY_API_VERSION",
    provider: "refuses",
  },
  {
    title: "OS_REGION_NAME that is nowhere",
    files: clouds({}),
    env: { OS_REGION_NAME: "nowhere" },
    names: "region nowhere",
    provider: "refuses",
  },
  {
    title: "OS_CACERT that is not there",
    files: clouds({}),
    env: { OS_CACERT: "/nowhere" },
    names: "OS_CACERT",
    provider: "refuses",
  },
  {
    title: "OS_ENDPOINT_TYPE that nobody knows",
    files: clouds({}),
    env: { OS_ENDPOINT_TYPE: "private" },
    names: "OS_ENDPOINT_TYPE",
    provider: "refuses",
  },
  {
    title: "OS_CLIENT_CONFIG_FILE that is not there",
    files: clouds({}),
    env: { OS_CLIENT_CONFIG_FILE: "/nowhere" },
    names: "OS_CLIENT_CONFIG_FILE",
    provider: "goes on",
  },
  {
    title: "OS_CLIENT_SECURE_FILE",
    files: { ...clouds({ password: undefined }), "s.yaml": entry({ password: "{{password}}" }, {}) },
    env: { OS_CLIENT_SECURE_FILE: "{{folder}}/s.yaml" },
    names: "OS_CLIENT_SECURE_FILE",
    provider: "refuses",
  },
];

const refusedEnvironment: RefusedForm[] = (
  [
    { title: "no OS_AUTH_URL", env: { ...openrc, OS_AUTH_URL: "" }, names: "OS_AUTH_URL", provider: "refuses" },
    { title: "OS_CLOUD", files: clouds({}), env: { ...openrc, OS_CLOUD: "a" }, names: "OS_CLOUD", provider: "goes on" },
    {
      title: "OS_AUTH_TYPE of OpenID Connect",
      env: { ...openrc, OS_AUTH_TYPE: "v3oidcpassword" },
      names: "OS_AUTH_TYPE",
      provider: "goes on",
    },
    {
      title: "OS_USER_ID",
      env: { ...openrc, OS_USERNAME: "", OS_USER_ID: "{{user_id}}" },
      names: "OS_USER_ID",
      provider: "refuses",
    },
    {
      title: "OS_PASSWORD and an application credential",
      env: { ...openrc, ...credentialEnv },
      names: "OS_PASSWORD",
      provider: "refuses",
    },
    { title: "no credentials", env: { OS_AUTH_URL: "{{url}}" }, names: "OS_PASSWORD", provider: "refuses" },
  ] as const
).map((form) => ({ ...form, title: `envvars: ${form.title}`, cloud: "envvars" }));

export const refused: readonly RefusedForm[] = [...refusedEntries, ...refusedVariables, ...refusedEnvironment];
