import { readFile } from "node:fs/promises";
import { CloudClient } from "../../../../components/openstack/client.ts";
import { files, hostPort, machineNetwork, openstack, ports } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";
import { applicationCredential } from "./account.ts";
import { admin } from "./cloud.ts";
import { idIn, idOf } from "./ids.ts";
import { makeRegion } from "./region.ts";

/** What the forms of clouds.yaml speak of, by the names that stand for it. */
export type Values = Readonly<Record<string, string>>;

async function grant(user: string, project: string): Promise<void> {
  const role = await idOf("identity", "/roles", "roles", "member", admin);
  await admin.send("PUT", "identity", `/projects/${project}/users/${user}/roles/${role}`, {});
}

/** A member of the cluster's project with this password, and nothing else that is odd. */
async function makeMember(name: string, password: string, project: string, cleanup: Cleanup): Promise<void> {
  const user = { name, password, domain_id: "default" };
  const id = idIn("user", await admin.send("POST", "identity", "/users", { user }));
  cleanup.push(() => admin.remove("identity", `/users/${id}`));
  await grant(id, project);
}

/** Another project in which the lab's member may act too. */
export async function makeProject(name: string, member: string, cleanup: Cleanup): Promise<string> {
  const project = { name, domain_id: "default" };
  const id = idIn("project", await admin.send("POST", "identity", "/projects", { project }));
  cleanup.push(() => admin.remove("identity", `/projects/${id}`));
  await grant(member, id);
  return id;
}

async function makeCredential(cleanup: Cleanup): Promise<Values> {
  const { id, secret, name, undo } = await applicationCredential();
  cleanup.push(undo);
  return { credential_id: id, credential_secret: secret, credential_name: name };
}

/**
 * Makes the accounts, the project and the region that the forms need.
 * @param passwords each of a user of its own
 */
export async function makeValues(passwords: readonly string[], cleanup: Cleanup): Promise<Values> {
  const region = "identity-region";
  cleanup.push(await makeRegion(region, { compute: "http://127.0.0.1:1/other-region" }));
  const project = await idOf("identity", "/projects", "projects", openstack.project, admin);
  const user = await idOf("identity", "/users", "users", openstack.user, admin);
  const members: Record<string, string> = {};
  for (const [i, password] of passwords.entries()) {
    const name = `identity-member-${i}`;
    await makeMember(name, password, project, cleanup);
    members[`user of ${password}`] = name;
  }
  const other = await makeProject("identity-other", user, cleanup);
  // a token lasts until another one of the same user is revoked: this one is of its own
  const { token } = await CloudClient.login("lab", AbortSignal.timeout(10_000));
  const base = `https://${hostPort(machineNetwork.cloudVip, ports.keystoneTls)}`;
  return {
    ...members,
    ...(await makeCredential(cleanup)),
    url: `${base}/v3`,
    "base url": base,
    user: openstack.user,
    user_id: user,
    password: openstack.password,
    "password in base64": Buffer.from(openstack.password).toString("base64"),
    project: openstack.project,
    project_id: project,
    other_project_id: other,
    region,
    token: token.id,
    ca: files.caCert,
    // as a scalar in double quotes
    "ca text": JSON.stringify(await readFile(files.caCert, "utf8")),
  };
}
