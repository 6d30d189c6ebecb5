import { clouds, credential, credentialEnv, entry, only, openrc, type RefusedForm } from "./form.ts";

/** Variables beside an entry. */
export const refusedVariables: readonly RefusedForm[] = [
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

/** The variables alone. */
export const refusedEnvironment: readonly RefusedForm[] = (
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
      provider: "goes on",
    },
    { title: "no credentials", env: { OS_AUTH_URL: "{{url}}" }, names: "OS_PASSWORD", provider: "refuses" },
  ] as const
).map((form) => ({ ...form, title: `envvars: ${form.title}`, cloud: "envvars" }));
