import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { builds } from "./builds/build.ts";
import { engineEnv } from "./engine/environment.ts";
import { openstackEnv } from "./openstack/client.ts";
import { dirs, files } from "./settings.ts";

export const shellHelp = `In this shell, against the lab:
  pulumi up --stack lab       (and preview, refresh, destroy, stack output …; as the program's own account)
  kubectl get nodes,csr       (as cluster-admin; as the program's account: kubectl --kubeconfig "$KUBECONFIG" …)
  openstack server list       (as the program's own user; OS_CLOUD=lab-admin is the administrator)
Leave it with exit; the lab stays up.`;

const bin = path.join(dirs.client, "bin");

/** The environment of a person at the lab's console. */
export async function shellEnv(): Promise<Record<string, string>> {
  await mkdir(bin, { recursive: true });
  // a link of an earlier checkout would be followed
  await rm(path.join(bin, "kubectl"), { force: true });
  const kubectl = `#!/bin/sh\nKUBECONFIG="${files.kubeconfig}" exec "${await builds.kube.path()}" kubectl "$@"\n`;
  await writeFile(path.join(bin, "kubectl"), kubectl, { mode: 0o755 });
  const engine = await engineEnv();
  const openstack = await openstackEnv();
  const search = [bin, openstack["PATH"], engine["PATH"]].filter((each) => each !== undefined);
  return { ...engine, ...openstack, OS_CLOUD: "lab", PATH: search.join(path.delimiter) };
}
