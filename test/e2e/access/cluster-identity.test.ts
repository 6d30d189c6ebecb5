/** @shared a worker of a pool of its own, and kubeconfigs of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { files, cluster as lab } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("identity");
const nodeName = own.worker(0);

describe("GIVEN a stack of one worker whose kubeconfig is a file of its own", () => {
  const cleanup = new Cleanup();
  let folder = "";
  let project: Project;
  let nodeUid: string | undefined;

  const file = (name: string): string => path.join(folder, name);
  const uidOfNode = async (): Promise<string | undefined> => (await kube.node(nodeName))?.metadata?.uid;
  /** The way to the cluster by `name`; `change` is made to the file's text. */
  async function kubeconfig(name: string, change: (text: string) => string = (text) => text): Promise<void> {
    await writeFile(file(name), change(await readFile(files.registrarKubeconfig, "utf8")));
  }
  const use = async (name: string, config: object = {}): Promise<void> =>
    project.configure({
      pools: await project.pools({ name: own.name, replicas: 1 }),
      cluster: { kubeconfig: file(name) },
      ...config,
    });

  beforeAll(async () => {
    folder = await cleanup.folder("cluster-identity");
    project = await Project.create("cluster-identity");
    await kubeconfig("first");
    await use("first");
    succeeded(await project.up());
    nodeUid = await uidOfNode();
  });
  afterAll(async () => {
    await kubeconfig("second");
    await use("second");
    await project.destroy();
    await kube.ifThere(kube.core.deleteNode({ name: nodeName }));
    await cleanup.run();
  });

  describe("WHEN the kubeconfig is another file with other names in it", () => {
    let output = "";
    beforeAll(async () => {
      await kubeconfig("second", (text) =>
        text.replaceAll(new RegExp(`\\b(name|context|cluster|current-context): ${lab.name}\\b`, "g"), "$1: renamed"),
      );
      await rm(file("first"));
      await use("second");
      output = succeeded(await project.up("--diff"));
    });

    test("THEN up updates the provider, and replaces nothing", async () => {
      expect(output).toMatch(/pulumi:providers:openshift-node/);
      expect(output).not.toMatch(/replace/);
      expect(await uidOfNode()).toBe(nodeUid);
    });

    test("THEN after a refresh nothing changes", async () => {
      succeeded(await project.refresh());
      expect(succeeded(await project.preview("--expect-no-changes"))).not.toMatch(/openshift-node:index/);
    });
  });

  describe("WHEN the file is gone", () => {
    beforeAll(() => rm(file("second")));
    afterAll(() => kubeconfig("second"));

    test("THEN destroy fails, and says which argument and key", async () => {
      const { ok, output } = await project.destroy();
      expect(ok).toBe(false);
      expect(output).toContain(`kubeconfig (config key cluster.kubeconfig): there is no kubeconfig ${file("second")}`);
    });

    test("THEN the Node is kept", async () => {
      expect(await uidOfNode()).toBe(nodeUid);
    });
  });

  describe("WHEN the state is of another cluster", () => {
    const other = "00000000-0000-4000-8000-000000000000";
    let clusterUid = "";
    /** Puts another cluster's identity into the state, or the right one back. */
    const remember = async (from: string, to: string): Promise<void> =>
      project.importState((await project.export()).replaceAll(`"${from}"`, `"${to}"`));
    beforeAll(async () => {
      clusterUid = (await kube.core.readNamespace({ name: "kube-system" })).metadata?.uid ?? "";
      await remember(clusterUid, other);
    });
    afterAll(() => remember(other, clusterUid));

    test.each<["up" | "preview" | "destroy"]>([["up"], ["preview"], ["destroy"]])(
      "THEN %s is refused with both uids",
      async (command) => {
        const run: Run = await project[command]();
        expect(run.ok).toBe(false);
        expect(run.output).toContain(`the uid ${clusterUid}, expected ${other}`);
      },
    );

    test("THEN Node and server are kept", async () => {
      expect(await uidOfNode()).toBe(nodeUid);
      expect(await own.serverNames()).toContain(nodeName);
    });
  });

  // that a destroy fails without the policy is a case of test/soak/cluster-gone.test.ts: it takes a minute to be sure
  test("WHEN the cluster gives no answer, but pools are configured THEN up says what is missing", async () => {
    await kubeconfig("second", (text) => text.replaceAll(":6443", ":6999"));
    await use("second", { detach: { clusterUnreachable: "skip" } });
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toMatch(/works only with an empty list of pools, and pools are configured[^]*set pools: \[\]/);
  });

  describe("WHEN the policy is skip and there are no pools", () => {
    let output = "";
    beforeAll(async () => {
      await use("second", { detach: { clusterUnreachable: "skip" }, pools: [] });
      output = succeeded(await project.up());
    });

    test("THEN up says what it gives up in the cluster", () => {
      expect(output).toMatch(/pools is empty and detach\.clusterUnreachable is "skip"/);
      for (const kind of ["PoolMembership", "OpenShiftNode", "NodeDrain", "NodeClaim"]) {
        expect(output).toMatch(new RegExp(`${kind} \\S+ is skipped`));
      }
    });

    test("THEN the cloud's side is removed, and the Node is left", async () => {
      expect(await own.serverNames()).toEqual([]);
      expect(await uidOfNode()).toBe(nodeUid);
    });

    test("THEN nothing else is left", async () => {
      expect(await own.leftovers()).toEqual([`Node ${nodeName}`]);
    });
  });
});
