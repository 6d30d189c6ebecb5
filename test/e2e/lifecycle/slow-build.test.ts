/** Alone on the lab: every machine takes longer to be deployed. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rm, writeFile } from "node:fs/promises";
import { latencies, latenciesFile } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("tardy");

/** Seconds that writing the image takes, against a bound of 20. */
const deploy = 32;

describe("GIVEN a machine whose build takes longer than timeouts.provision", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let run: Run;
  let built: ReadonlyMap<string, string>;

  beforeAll(async () => {
    await writeFile(latenciesFile, JSON.stringify({ ...latencies, deploy }));
    cleanup.push(() => rm(latenciesFile, { force: true }));
    project = await Project.create("slow-build");
    cleanup.push(() => project.destroy());
    const timeouts = { provision: "20s", boot: "3m", servingCsr: "2m", ready: "2m", delete: "5m", nodeRemoval: "1m" };
    await project.configure({ pools: await project.pools({ name: own.name, replicas: 1, timeouts }) });
    run = await project.up();
    built = await own.serverIds();
  });
  afterAll(cleanup.run);

  test("WHEN up runs THEN it fails, and the server is kept, which Nova builds on", () => {
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toMatch(/to become ready: context deadline exceeded/);
    expect([...built.keys()]).toEqual([own.worker(0)]);
  });

  test("WHEN a preview runs meanwhile THEN it updates the same server, and the join is to come", async () => {
    const output = succeeded(await project.preview());
    expect(output).toMatch(/~ +openstack:compute:Instance/);
    expect(output).toMatch(/\+ +openshift-node:index:OpenShiftNode/);
  });

  describe("WHEN up runs again while Nova still builds", () => {
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN it says that it waits for the server", () => {
      expect(run.output).toMatch(/server \S+-tardy-0 \(\S+\) is still being built, waiting for at most 20 s/);
    });

    test("THEN the same server joins", async () => {
      succeeded(run);
      expect(await own.serverIds()).toEqual(built);
      expect(kube.isReady(await kube.node(own.worker(0)))).toBe(true);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN the worker leaves THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
