import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { kubeconfig } from "../../lab/cluster/pki.ts";
import { openstack } from "../../lab/settings.ts";
import type { Site } from "./world.ts";

/** What a client of a site authenticates with; a recording accepts anything. */
export interface Credentials {
  readonly password: string;
  readonly token: string;
}

/** Variables of the environment that lead a client to a site. */
export interface ClientEnv extends Readonly<Record<string, string>> {
  readonly OS_CLIENT_CONFIG_FILE: string;
  readonly KUBECONFIG: string;
}

/** Writes a clouds.yaml and a kubeconfig that lead to a site. */
export async function writeClientFiles(
  folder: string,
  { origin, ca }: Site,
  { password, token }: Credentials,
): Promise<ClientEnv> {
  const file = (name: string): string => path.join(folder, name);
  const domains = { user_domain_name: "Default", project_domain_name: "Default" };
  const { user: username, project: project_name, region: region_name } = openstack;
  const auth = { auth_url: `${origin}/identity/v3`, username, password, project_name, ...domains };
  const lab = { auth, region_name, interface: "public", identity_api_version: 3, cacert: file("site-ca.crt") };
  await writeFile(file("site-ca.crt"), ca);
  await writeFile(file("clouds.yaml"), stringify({ clouds: { lab } }), { mode: 0o600 });
  const cluster = kubeconfig(origin, Buffer.from(ca).toString("base64"), { token });
  await writeFile(file("kubeconfig"), cluster, { mode: 0o600 });
  return { OS_CLIENT_CONFIG_FILE: file("clouds.yaml"), KUBECONFIG: file("kubeconfig") };
}
