/** Texts by the names of their files. */
export type Files = Readonly<Record<string, string>>;

/**
 * Forms of clouds.yaml and of the environment. `{{name}}` stands for a value of the lab that is known at run time.
 * What is accepted must lead program and provider to the same identity; what is refused must be refused by name.
 */
export interface Form {
  readonly title: string;
  /** files in the folder where program and provider run; clouds.yaml among them is found there */
  readonly files?: Files;
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

export const password: Lines = {
  auth_url: "{{url}}",
  username: "{{user}}",
  password: "{{password}}",
  project_name: "{{project}}",
  user_domain_name: "Default",
  project_domain_name: "Default",
};
export const rest: Lines = { region_name: "RegionOne", cacert: "{{ca}}" };
export const credential: Lines = {
  auth_url: "{{url}}",
  application_credential_id: "{{credential_id}}",
  application_credential_secret: "{{credential_secret}}",
};

/** An entry `a` of these lines; undefined leaves one out. */
export const entry = (auth: Lines, more: Lines = rest, top = "clouds"): string =>
  `${top}:\n  a:\n    auth:\n${render(auth, "      ")}${render(more, "    ")}`;
export const clouds = (auth: Lines, more: Lines = {}): Files => ({
  "clouds.yaml": entry({ ...password, ...auth }, { ...rest, ...more }),
});
export const only = (auth: Lines, more: Lines = {}): Files => ({ "clouds.yaml": entry(auth, { ...rest, ...more }) });

export const none = { user_domain_name: undefined, project_domain_name: undefined };
export const openrc = {
  OS_AUTH_URL: "{{url}}",
  OS_USERNAME: "{{user}}",
  OS_PASSWORD: "{{password}}",
  OS_PROJECT_NAME: "{{project}}",
  OS_REGION_NAME: "RegionOne",
  OS_CACERT: "{{ca}}",
};
export const credentialEnv = {
  OS_AUTH_URL: "{{url}}",
  OS_APPLICATION_CREDENTIAL_ID: "{{credential_id}}",
  OS_APPLICATION_CREDENTIAL_SECRET: "{{credential_secret}}",
  OS_CACERT: "{{ca}}",
};
