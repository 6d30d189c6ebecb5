/** @shared a worker of a pool of its own, with a local volume on its machine */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openstack } from "../../lab/settings.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("disks");
const name = own.worker(0);
const claim = "disks-data";
const lost = `claim default/${claim} (PersistentVolume ${claim})`;

describe("GIVEN a worker with a claim that is bound to a volume of its machine's own disks", () => {
  let project: Project;
  const configure = async (change: Config): Promise<void> => {
    await project.configure({ pools: await project.pools({ name: own.name, replicas: 1, ...change }) });
  };
  const expectKept = async (): Promise<void> => {
    expect((await own.servers()).map(({ status }) => status)).toEqual(["ACTIVE"]);
    expect(kube.isReady(await kube.node(name))).toBe(true);
  };

  beforeAll(async () => {
    await work.removeLocalVolume(claim);
    project = await Project.withPool("local-data", { name: own.name, replicas: 1 });
    succeeded(await project.up());
    await work.localVolume(claim, name);
  });
  afterAll(async () => {
    await work.removeLocalVolume(claim);
    await project.destroy();
  });

  describe("WHEN an edit would replace it", () => {
    let run: Run;
    beforeAll(async () => {
      await configure({ image: openstack.nextImage });
      run = await project.preview();
    });

    test("THEN the preview refuses, and names the worker, the claim and what to type", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toContain(`${name} is to leave, but with its machine would end: ${lost}`);
      expect(run.output).toContain(`oc delete persistentvolumeclaim --namespace default ${claim}`);
      expect(run.output).toContain("pools[disks].drain.localVolumes: lose");
    });

    test("THEN nothing is changed", expectKept);
  });

  describe("WHEN the stack is destroyed", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.destroy();
    });

    test("THEN it fails, and names the claim", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toContain("data on the disks of its machine would end with its server");
      expect(run.output).toContain(lost);
    });

    test("THEN the server is kept", expectKept);
  });

  describe("WHEN the config gives the data up, and the worker leaves", () => {
    let preview: Run;
    beforeAll(async () => {
      await configure({ drain: { timeout: "8s", localVolumes: "lose" } });
      succeeded(await project.up());
      await configure({ replicas: 0, drain: { timeout: "8s", localVolumes: "lose" } });
      preview = await project.preview();
      succeeded(await project.up());
    });

    test("THEN the preview still says what ends", () => {
      expect(preview).toMatchObject({ ok: true });
      expect(preview.output).toContain(`${name} leaves, and with its machine end: ${lost}`);
    });

    test("THEN it is gone", async () => {
      expect(await own.serverNames()).toEqual([]);
      expect(await own.nodeNames()).toEqual([]);
    });
  });
});
