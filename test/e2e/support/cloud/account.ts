import { z } from "zod";
import { readCloud } from "../../../../components/openstack/clouds-yaml.ts";
import { files, openstack } from "../../../lab/settings.ts";
import { idOf } from "../machines/by-hand.ts";
import { admin } from "./cloud.ts";

/** A user of the cluster's project. */
export interface Account {
  /** a clouds.yaml with the entry `lab` */
  readonly cloudsYaml: string;
  readonly undo: () => Promise<unknown>;
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
  const { id } = z.object({ user: z.object({ id: z.string() }) }).parse(made).user;
  const project = await idOf("identity", "/projects", "projects", openstack.project, admin);
  for (const role of roles) {
    const roleId = await idOf("identity", "/roles", "roles", role, admin);
    await admin.send("PUT", "identity", `/projects/${project}/users/${id}/roles/${roleId}`, {});
  }
  return { cloudsYaml: await render(name, password), undo: () => admin.remove("identity", `/users/${id}`) };
}
