import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { CloudClient } from "../../../../components/openstack/client.ts";
import { files, machineNetwork, openstack, ports } from "../../../lab/settings.ts";
import { idOf } from "../machines/by-hand.ts";
import { admin, cloud } from "./cloud.ts";
import { makeRegion } from "./region.ts";

/** What the forms of clouds.yaml speak of, by the names that stand for it. */
export type Values = Readonly<Record<string, string>>;

type Undo = () => Promise<unknown>;

const made = (kind: string, answer: unknown): string =>
  z.object({ [kind]: z.object({ id: z.string() }) }).parse(answer)[kind]?.id ?? "";

async function grant(user: string, project: string): Promise<void> {
  const role = await idOf("identity", "/roles", "roles", "member", admin);
  await admin.send("PUT", "identity", `/projects/${project}/users/${user}/roles/${role}`, {});
}

/** A member of the cluster's project with this password, and nothing else that is odd. */
async function makeMember(name: string, password: string, project: string, undo: Undo[]): Promise<void> {
  const user = { name, password, domain_id: "default" };
  const id = made("user", await admin.send("POST", "identity", "/users", { user }));
  undo.push(() => admin.remove("identity", `/users/${id}`));
  await grant(id, project);
}

/** Another project in which the lab's member may act too. */
async function makeProject(name: string, member: string, undo: Undo[]): Promise<string> {
  const project = { name, domain_id: "default" };
  const id = made("project", await admin.send("POST", "identity", "/projects", { project }));
  undo.push(() => admin.remove("identity", `/projects/${id}`));
  await grant(member, id);
  return id;
}

async function makeCredential(user: string, undo: Undo[]): Promise<Values> {
  const name = `identity-${randomUUID()}`;
  const path = `/users/${user}/application_credentials`;
  const answer = await cloud.send("POST", "identity", path, { application_credential: { name } });
  const { id, secret } = z
    .object({ application_credential: z.object({ id: z.string(), secret: z.string() }) })
    .parse(answer).application_credential;
  undo.push(() => cloud.remove("identity", `${path}/${id}`));
  return { credential_id: id, credential_secret: secret, credential_name: name };
}

/**
 * Makes the accounts, the project and the region that the forms need.
 * @param passwords each of a user of its own
 */
export async function makeValues(passwords: readonly string[], undo: Undo[]): Promise<Values> {
  const region = "identity-region";
  undo.push(await makeRegion(region, { compute: "http://127.0.0.1:1/other-region" }));
  const project = await idOf("identity", "/projects", "projects", openstack.project, admin);
  const user = await idOf("identity", "/users", "users", openstack.user, admin);
  const members: Record<string, string> = {};
  for (const [i, password] of passwords.entries()) {
    const name = `identity-member-${i}`;
    await makeMember(name, password, project, undo);
    members[`user of ${password}`] = name;
  }
  const other = await makeProject("identity-other", user, undo);
  // a token lasts until another one of the same user is revoked: this one is of its own
  const { token } = await CloudClient.login("lab", AbortSignal.timeout(10_000));
  const base = `https://${machineNetwork.cloudVip}:${ports.keystoneTls}`;
  return {
    ...members,
    ...(await makeCredential(user, undo)),
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
