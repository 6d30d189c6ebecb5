import { randomUUID } from "node:crypto";
import { z } from "zod";
import { readCloud } from "../../../../components/openstack/clouds-yaml.ts";
import { files, openstack } from "../../../lab/settings.ts";
import type { Undo } from "../cleanup.ts";
import { admin, cloud } from "./cloud.ts";
import { idIn, idOf } from "./ids.ts";

/** A user of the cluster's project. */
export interface Account {
  /** a clouds.yaml with the entry `lab` */
  readonly cloudsYaml: string;
  readonly undo: Undo;
}

/** The lab's own entry with other credentials. JSON is YAML. */
async function render(username: string, password: string): Promise<string> {
  const { auth } = await readCloud("lab");
  const domains = { user_domain_id: "default", project_domain_id: "default" };
  const entry = {
    auth: { auth_url: auth.auth_url, username, password, project_name: openstack.project, ...domains },
    region_name: openstack.region,
    cacert: files.caCert,
  };
  return JSON.stringify({ clouds: { lab: entry } });
}

/** Makes a user with roles in the cluster's project. */
export async function makeAccount(name: string, roles: readonly string[]): Promise<Account> {
  const password = "e2e-account-password";
  const made = await admin.send("POST", "identity", "/users", { user: { name, password, domain_id: "default" } });
  const id = idIn("user", made);
  const project = await idOf("identity", "/projects", "projects", openstack.project, admin);
  for (const role of roles) {
    const roleId = await idOf("identity", "/roles", "roles", role, admin);
    await admin.send("PUT", "identity", `/projects/${project}/users/${id}/roles/${roleId}`, {});
  }
  return { cloudsYaml: await render(name, password), undo: () => admin.remove("identity", `/users/${id}`) };
}

/** A secret of the program's user that stands for its password. */
export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  /** the environment of a runner that has no clouds.yaml, but this */
  readonly env: Readonly<Record<string, string>>;
  readonly undo: Undo;
}

export async function applicationCredential(): Promise<ApplicationCredential> {
  const { auth } = await readCloud("lab");
  const name = `e2e-${randomUUID()}`;
  const user = await idOf("identity", "/users", "users", openstack.user, admin);
  const path = `/users/${user}/application_credentials`;
  const made = await cloud.send("POST", "identity", path, { application_credential: { name } });
  const { id, secret } = z
    .object({ application_credential: z.object({ id: z.string(), secret: z.string() }) })
    .parse(made).application_credential;
  const env = {
    OS_CLIENT_CONFIG_FILE: "/nonexistent",
    OS_AUTH_URL: auth.auth_url,
    OS_CACERT: files.caCert,
    OS_REGION_NAME: openstack.region,
    OS_APPLICATION_CREDENTIAL_ID: id,
    OS_APPLICATION_CREDENTIAL_SECRET: secret,
  };
  return { id, name, secret, env, undo: () => cloud.remove("identity", `${path}/${id}`) };
}
