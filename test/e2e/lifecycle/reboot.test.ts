/** @shared a worker of a pool of its own, whose machine is switched off */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Preflight, Project, succeeded } from "../support/project.ts";
import { until } from "../support/wait.ts";

const own = new OwnPool("reboots");
const name = own.worker(0);

const idOf = async (): Promise<string> => (await own.serverIds()).get(name) ?? "";

describe("GIVEN a worker that is Ready", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.withPool("reboot", { name: own.name, replicas: 1 });
    succeeded(await project.up());
  });
  afterAll(() => project.destroy());

  test("WHEN a reboot is asked for THEN it is refused, and nothing is done", async () => {
    const before = await idOf();
    const { code, output } = await project.repair("--reboot", name);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("its Node is Ready") });
    expect(await idOf()).toBe(before);
  });

  describe("WHEN somebody switches its machine off, and it is repaired by a reboot", () => {
    let before = "";
    let run: Preflight;
    beforeAll(async () => {
      before = await idOf();
      await cloud.act(before, { "os-stop": null });
      const isSilent = async (): Promise<true | undefined> => !kube.isReady(await kube.node(name)) || undefined;
      await until("the Node to be NotReady", isSilent, 180);
      run = await project.repair("--reboot", name);
    });

    test("THEN its machine is switched on, and its Node is Ready again", async () => {
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).toContain(`server ${before} is rebooted`);
      expect(run.output).toContain(`${name} is Ready again: it is not replaced`);
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN its server is the same, and no update has run", async () => {
      expect(await idOf()).toBe(before);
      expect(run.output).not.toMatch(/Updating|Previewing/);
    });

    test("THEN the next up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
