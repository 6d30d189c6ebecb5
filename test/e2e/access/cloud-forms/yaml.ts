import { clouds, entry, type Form, only, password, rest } from "./form.ts";

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

/** YAML of which the provider has its own reading. */
export const yaml: readonly Form[] = [
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

/** Files beside each other. */
export const folders: readonly Form[] = [
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
