import { symlinkSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "./engine/environment.ts";
import { openstackEnv } from "./openstack/client.ts";
import { dirs } from "./settings.ts";
import { tools } from "./tools/build.ts";

export const shellHelp = `In this shell, against the lab:
  pulumi up --stack lab       (and preview, refresh, destroy, stack output …)
  kubectl get nodes,csr       (as cluster-admin)
  openstack server list       (as the program's own user; OS_CLOUD=lab-admin is the administrator)
Leave it with exit; the lab stays up.`;

const bin = path.join(dirs.client, "bin");

/** The environment of a person at the lab's console. */
export async function shellEnv(): Promise<Record<string, string>> {
  await mkdir(bin, { recursive: true });
  await rm(path.join(bin, "kubectl"), { force: true });
  symlinkSync(await tools.kube.path(), path.join(bin, "kubectl"));
  const engine = await engineEnv();
  const openstack = await openstackEnv();
  const search = [bin, openstack["PATH"], engine["PATH"]].filter((each) => each !== undefined);
  return { ...engine, ...openstack, OS_CLOUD: "lab", PATH: search.join(path.delimiter) };
}
