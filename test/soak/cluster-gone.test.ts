import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { serverNames } from "../e2e/support/cloud/servers.ts";
import * as kube from "../e2e/support/cluster/cluster.ts";
import { killApiServer, startApiServer } from "../e2e/support/machines/faults.ts";
import { Project, type Run, succeeded } from "../e2e/support/project.ts";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab } from "../lab/settings.ts";

const name = `${lab.infraId}-gone-0`;

describe("GIVEN a worker whose whole cluster is gone", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create("gone");
    await project.configure({ pools: await project.pools({ name: "gone", replicas: 1 }) });
    expect(await project.up()).toMatchObject({ ok: true });
    await killApiServer();
  });
  afterAll(async () => {
    await startApiServer();
    await project.destroy();
    await kube.ifThere(kube.core.deleteNode({ name }));
  });

  describe("WHEN destroyed", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.destroy();
    });

    test("THEN it fails, and names the key that would let it go on", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toContain("detach.clusterUnreachable: skip");
    });

    test("THEN no server is touched", async () => {
      expect(await serverNames()).toEqual([name]);
    });
  });

  describe("WHEN the config gives the cluster up", () => {
    let output = "";
    beforeAll(async () => {
      await project.configure({ pools: [], detach: { clusterUnreachable: "skip" } });
      output = succeeded(await project.up());
    });

    test("THEN up says that nothing was done in the cluster", () => {
      expect(output).toContain("nothing was drained or removed in the cluster");
    });

    test("THEN the cloud's side is removed", async () => {
      expect(await serverNames()).toEqual([]);
    });
  });

  test("WHEN it is destroyed at last THEN only the Node is left, of a cluster that was not gone after all", async () => {
    succeeded(await project.destroy());
    await startApiServer();
    expect((await leftovers()).filter((left) => left !== `Node ${name}`)).toEqual([]);
  });
});
