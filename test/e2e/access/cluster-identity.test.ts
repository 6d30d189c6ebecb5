import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { leftovers } from "../../lab/leftovers.ts";
import { files, cluster as lab } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { Project, succeeded } from "../support/project.ts";

const nodeName = `${lab.infraId}-metal-0`;

describe("GIVEN a stack of one worker whose kubeconfig is a file of its own", () => {
  let folder = "";
  let project: Project;
  let nodeUid: string | undefined;
  let clusterUid = "";

  const file = (name: string): string => path.join(folder, name);
  const uidOfNode = async (): Promise<string | undefined> => (await kube.node(nodeName))?.metadata?.uid;
  /** The way to the cluster by `name`; `change` is made to the file's text. */
  async function kubeconfig(name: string, change: (text: string) => string = (text) => text): Promise<void> {
    await writeFile(file(name), change(await readFile(files.registrarKubeconfig, "utf8")));
  }
  const use = async (name: string, config: object = {}): Promise<void> =>
    project.configure({
      pools: await project.pools({ replicas: 1 }),
      cluster: { kubeconfig: file(name) },
      ...config,
    });
  /** Puts another cluster's identity into the state, or the right one back. */
  async function remember(from: string, to: string): Promise<void> {
    const state = (await project.export()).replaceAll(`"${from}"`, `"${to}"`);
    await writeFile(file("state.json"), state);
    succeeded(await project.pulumi("stack", "import", "--file", file("state.json")));
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "cluster-identity-"));
    project = await Project.create("cluster-identity");
    await kubeconfig("first");
    await use("first");
    succeeded(await project.up());
    nodeUid = await uidOfNode();
    const { metadata } = await kube.core.readNamespace({ name: "kube-system" });
    clusterUid = metadata?.uid ?? "";
  });
  afterAll(async () => {
    await kubeconfig("second");
    await use("second");
    await project.destroy();
    await kube.ifThere(kube.core.deleteNode({ name: nodeName }));
    await rm(folder, { recursive: true, force: true });
  });

  test("WHEN the kubeconfig is another file with other names in it THEN the provider alone is updated", async () => {
    await kubeconfig("second", (text) =>
      text.replaceAll(new RegExp(`\\b(name|context|cluster|current-context): ${lab.name}\\b`, "g"), "$1: renamed"),
    );
    await rm(file("first"));
    await use("second");
    const output = succeeded(await project.up("--diff"));
    expect(output).toMatch(/pulumi:providers:openshift-node/);
    expect(output).not.toMatch(/replace/);
    expect(await uidOfNode()).toBe(nodeUid);
    succeeded(await project.refresh());
    expect(succeeded(await project.preview("--expect-no-changes"))).not.toMatch(/openshift-node:index/);
  });

  test("WHEN the file is gone THEN a destroy says which argument and key, and changes nothing", async () => {
    await rm(file("second"));
    const { ok, output } = await project.destroy();
    expect(ok).toBe(false);
    expect(output).toContain(`kubeconfig (config key cluster.kubeconfig): there is no kubeconfig ${file("second")}`);
    expect(await uidOfNode()).toBe(nodeUid);
    await kubeconfig("second");
  });

  test("WHEN the state is of another cluster THEN up and destroy are refused with both uids, and nothing changes", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    await remember(clusterUid, other);
    for (const run of [await project.up(), await project.preview(), await project.destroy()]) {
      expect(run.ok).toBe(false);
      expect(run.output).toContain(`the uid ${clusterUid}, expected ${other}`);
    }
    await remember(other, clusterUid);
    expect(await uidOfNode()).toBe(nodeUid);
    expect((await cloud.servers()).map(({ name }) => name)).toContain(nodeName);
  });

  // that a destroy fails without the policy is a case of test/soak/cluster-gone.test.ts: it takes a minute to be sure
  test("WHEN the cluster gives no answer, but pools are configured THEN up says what is lacking", async () => {
    await kubeconfig("second", (text) => text.replaceAll(":6443", ":6999"));
    await use("second", { detach: { clusterUnreachable: "skip" } });
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toMatch(/works only with an empty list of pools, and pools are configured[^]*set pools: \[\]/);
  });

  test("WHEN the policy is skip and there are no pools THEN up removes the cloud's side, and says what it gives up", async () => {
    await use("second", { detach: { clusterUnreachable: "skip" }, pools: [] });
    const output = succeeded(await project.up());
    expect(output).toMatch(/pools is empty and detach\.clusterUnreachable is "skip"/);
    for (const kind of ["PoolMembership", "OpenShiftNode", "NodeClaim"]) {
      expect(output).toMatch(new RegExp(`${kind} \\S+ is skipped`));
    }
    expect(await cloud.servers()).toEqual([]);
    expect(await uidOfNode()).toBe(nodeUid);
    await kube.core.deleteNode({ name: nodeName });
    expect(await leftovers()).toEqual([]);
  });
});
