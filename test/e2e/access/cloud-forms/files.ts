import { clouds, credential, type Form, none, only } from "./form.ts";

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
  { title: "no project, of a user with a default one", files: clouds({ project_name: undefined }) },
  { title: "no region", files: clouds({}, { region_name: undefined }) },
  { title: "another region", files: clouds({}, { region_name: "{{region}}" }) },
  { title: "interface: internal", files: clouds({}, { interface: "internal" }) },
  { title: "endpoint_type before interface", files: clouds({}, { interface: "public", endpoint_type: "internalURL" }) },
  { title: "verify: no without cacert", files: clouds({}, { verify: "no", cacert: undefined }) },
  { title: "verify: off without cacert", files: clouds({}, { verify: "off", cacert: undefined }) },
  { title: "verify: yes", files: clouds({}, { verify: "yes" }) },
  { title: "the authorities as text", files: clouds({}, { cacert: "{{ca text}}" }) },
];

/** What is in clouds.yaml alone. */
export const cloudsYaml: readonly Form[] = [...passwords, ...files];
