import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab, openstack } from "../../lab/settings.ts";
import { attachByHand, type HandMade, idOf } from "../support/machines/by-hand.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { bootOf } from "../support/machines/faults.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const name = `${lab.infraId}-hand-0`;

interface ImportFile {
  readonly resources: { readonly type: string; readonly component?: boolean; id?: string }[];
}

/** The resources that a preview would change, and how. */
const changesOf = (preview: string): string[] =>
  [...preview.matchAll(/^\s*[-+~]+\s*(\S+:\S+: \((?:create|update|replace|delete)\))$/gm)].map((it) => it[1] ?? "");

describe("GIVEN a worker that was attached by hand", () => {
  let project: Project;
  let handMade: HandMade;
  let uid: string | undefined;
  let boot: number | undefined;

  /** Fills in the ids that `pulumi preview --import-file` leaves open. */
  async function fillIn(file: string): Promise<void> {
    const ids: Readonly<Record<string, string>> = {
      "openstack:networking/port:Port": handMade.portId,
      "openstack:compute/instance:Instance": handMade.serverId,
      "openshift-node:index:NodeClaim": name,
      "openshift-node:index:OpenShiftNode": name,
    };
    const content = JSON.parse(await readFile(file, "utf8")) as ImportFile;
    for (const it of content.resources) if (!it.component) it.id = ids[it.type] ?? "";
    await writeFile(file, JSON.stringify(content));
  }

  /** `pulumi stack export | node infra/cli/complete-import.ts <subnet> | pulumi stack import` */
  async function completeState(): Promise<Run> {
    const [before, after] = ["exported.json", "completed.json"].map((it) => path.join(project.folder, it));
    await project.pulumi("stack", "export", "--file", before ?? "");
    const subnet = await idOf("network", "/v2.0/subnets", "subnets", openstack.subnet);
    const script = path.join(project.folder, "infra/cli/complete-import.ts");
    const { stdout } = await execa(process.execPath, [script, subnet], { inputFile: before ?? "" });
    await writeFile(after ?? "", stdout);
    return project.pulumi("stack", "import", "--file", after ?? "");
  }

  async function untouched(): Promise<void> {
    expect((await kube.node(name))?.metadata?.uid).toBe(uid);
    expect(await bootOf(handMade.serverId)).toBe(boot);
    expect((await cloud.servers()).map(({ id }) => id)).toEqual([handMade.serverId]);
    expect((await cloud.ports()).map(({ id }) => id)).toEqual([handMade.portId]);
  }

  beforeAll(async () => {
    project = await Project.create("import");
    const { flavor, image } = openstack;
    const owner = "organization/openstack-baremetal-compute/import";
    handMade = await attachByHand(name, { openshiftClusterID: lab.infraId, owner, pool: "hand", flavor, image });
    uid = (await kube.node(name))?.metadata?.uid;
    boot = await bootOf(handMade.serverId);
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN it is imported by its ids THEN the preview changes and replaces nothing of it", async () => {
    // the providers must be there first
    await project.configure({ pools: await project.pools({ name: "hand", replicas: 0 }) });
    succeeded(await project.up());
    await project.configure({ pools: await project.pools({ name: "hand", replicas: 1 }) });
    const file = path.join(project.folder, "import.json");
    succeeded(await project.preview("--import-file", file));
    await fillIn(file);
    const options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    succeeded(await project.pulumi("import", "--file", file, ...options));
    succeeded(await completeState());
    const preview = succeeded(await project.preview("--diff"));
    // the pool gains a member, and the provider hears of it: that is all
    expect(changesOf(preview)).toEqual([
      "pulumi:providers:openshift-node: (update)",
      "openshift-node:index:PoolMembership: (update)",
    ]);
  });

  test("WHEN it is given a label THEN it is the pool's worker from then on, and the machine has run all the time", async () => {
    await project.configure({ pools: await project.pools({ name: "hand", replicas: 1, labels: { rack: "r1" } }) });
    succeeded(await project.up());
    expect((await kube.node(name))?.metadata?.labels).toMatchObject({ rack: "r1" });
    await untouched();
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN destroyed THEN it is detached, and nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
