import { execa } from "execa";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openstack } from "../../../lab/settings.ts";
import { idOf } from "../cloud/ids.ts";
import type { HandMade } from "../machines/by-hand.ts";
import { type Project, succeeded } from "../project.ts";

interface ImportFile {
  readonly resources: { readonly type: string; readonly component?: boolean; id?: string }[];
}

/** Fills in the ids that `pulumi preview --import-file` leaves open. */
async function fillIn(file: string, name: string, { portId, serverId }: HandMade): Promise<void> {
  const ids: Readonly<Record<string, string>> = {
    "openstack:networking/port:Port": portId,
    "openstack:compute/instance:Instance": serverId,
    "openshift-node:index:NodeClaim": name,
    "openshift-node:index:NodeDrain": name,
    "openshift-node:index:OpenShiftNode": name,
  };
  const content = JSON.parse(await readFile(file, "utf8")) as ImportFile;
  for (const it of content.resources) if (!it.component) it.id = ids[it.type] ?? "";
  await writeFile(file, JSON.stringify(content));
}

/** `pulumi stack export | node infra/cli/complete-import.ts <subnet> | pulumi stack import` */
async function completeState(project: Project): Promise<void> {
  const subnet = await idOf("network", "/v2.0/subnets", "subnets", openstack.subnet);
  const script = path.join(project.folder, "infra/cli/complete-import.ts");
  const { stdout } = await execa(process.execPath, [script, subnet], { input: await project.storedState() });
  await project.importState(stdout);
}

/** Takes a worker that was attached by hand into the stack by its ids, as the README says. */
export async function importWorker(project: Project, name: string, handMade: HandMade): Promise<void> {
  const file = path.join(project.folder, "import.json");
  succeeded(await project.preview("--import-file", file));
  await fillIn(file, name, handMade);
  const options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
  succeeded(await project.pulumi("import", "--file", file, ...options));
  await completeState(project);
}
