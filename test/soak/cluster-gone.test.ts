import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cloud } from "../e2e/support/cloud/cloud.ts";
import * as kube from "../e2e/support/cluster/cluster.ts";
import { killApiServer, startApiServer } from "../e2e/support/machines/faults.ts";
import { Project } from "../e2e/support/project.ts";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab } from "../lab/settings.ts";

const name = `${lab.infraId}-gone-0`;

describe("GIVEN a worker whose whole cluster is gone", () => {
  let project: Project;
  const servers = async (): Promise<string[]> => (await cloud.servers()).map((server) => server.name);

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

  test("WHEN destroyed THEN it fails, names the key that would let it go on, and touches no server", async () => {
    const run = await project.destroy();
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toContain("detach.clusterUnreachable: skip");
    expect(await servers()).toEqual([name]);
  });

  test("WHEN the config gives the cluster up THEN up removes the cloud's side, and says what is left in the cluster", async () => {
    await project.configure({ pools: [], detach: { clusterUnreachable: "skip" } });
    const run = await project.up();
    expect(run).toMatchObject({ ok: true });
    expect(run.output).toContain("nothing was drained or removed in the cluster");
    expect(await servers()).toEqual([]);
  });

  test("WHEN it is destroyed at last THEN only the Node is left, of a cluster that was not gone after all", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    await startApiServer();
    expect((await leftovers()).filter((left) => left !== `Node ${name}`)).toEqual([]);
  });
});
