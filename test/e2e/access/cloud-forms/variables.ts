import { clouds, credential, credentialEnv, type Form, only, openrc } from "./form.ts";

/** Variables beside an entry. */
export const besides: readonly Form[] = [
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

/** The variables alone. */
export const environment: readonly Form[] = [
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
