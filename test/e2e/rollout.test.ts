import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab, openstack } from "../lab/settings.ts";
import { cloud } from "./support/cloud.ts";
import * as kube from "./support/cluster.ts";
import { Project } from "./support/project.ts";

const names = [`${lab.infraId}-roll-0`, `${lab.infraId}-roll-1`];

const serving = async (): Promise<string[]> =>
  (await kube.core.listNode()).items
    .filter((node) => kube.isReady(node) && !node.spec?.unschedulable)
    .map(({ metadata }) => metadata?.name ?? "");

const serverIds = async (): Promise<Map<string, string>> =>
  new Map((await cloud.servers()).map(({ name, id }) => [name, id]));

describe("GIVEN two serving workers", () => {
  let project: Project;
  let before: Map<string, string>;

  beforeAll(async () => {
    project = await Project.create("rollout");
    await project.configure({ pools: await project.pools({ name: "roll" }) });
    expect(await project.up()).toMatchObject({ ok: true });
    before = await serverIds();
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN the image is edited THEN the preview replaces both servers and updates none in place", async () => {
    await project.configure({ pools: await project.pools({ name: "roll", image: openstack.nextImage }) });
    const { ok, output } = await project.preview();
    expect(ok).toBe(true);
    for (const name of names) {
      expect(output).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
      expect(output).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
    }
    expect(output).not.toMatch(/~\s+openstack:compute:Instance/);
  });

  test("WHEN up runs THEN one worker after the other is drained and replaced, and one serves all the time", async () => {
    const ended = new AbortController();
    const rolling = project.up().finally(() => ended.abort());
    const seen: string[][] = [];
    while (!ended.signal.aborted) {
      seen.push(await serving());
      await sleep(300);
    }
    expect(await rolling).toMatchObject({ ok: true });
    expect(Math.min(...seen.map((each) => each.length))).toBe(1);
    const after = await serverIds();
    expect([...after.keys()].sort()).toEqual(names);
    for (const name of names) expect(after.get(name)).not.toBe(before.get(name));
    expect((await serving()).sort()).toEqual(names);
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
