/** @nightly @shared three workers of a pool of its own, and a surge worker */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { statusDocument, type WorkerStatus } from "../../../infra/status/document.ts";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("surge");
const names = [0, 1, 2].map(own.worker);
const spare = own.worker(3);
const note = "surge worker of the roll, detached by the next `pulumi up`";

const ready = async (): Promise<string[]> =>
  (await kube.core.listNode()).items
    .filter((node) => kube.isReady(node) && !node.spec?.unschedulable)
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => [...names, spare].includes(name));

describe("GIVEN three serving workers of a pool with maxUnavailable 0, maxSurge 1 and maxDetach 0", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let first: ReadonlyMap<string, string>;

  const configure = async (image: string, replicas = 3): Promise<void> =>
    project.configure({
      maxDetach: 0,
      pools: await project.pools({
        name: own.name,
        replicas,
        image,
        rollout: { maxUnavailable: 0, maxSurge: 1 },
      }),
    });

  /** Runs `up` and returns how many Nodes were Ready when the fewest were, and what it printed. */
  async function watchedUp(): Promise<[number, string]> {
    const seen: number[] = [];
    const ended = new AbortController();
    const rolling = project.up().finally(() => ended.abort());
    await meanwhile(rolling, async () => {
      while (!ended.signal.aborted) {
        seen.push((await ready()).length);
        await sleep(300);
      }
    });
    const output = succeeded(await rolling);
    return [Math.min(...seen), output];
  }

  async function statusOf(name: string): Promise<WorkerStatus | undefined> {
    const { output } = await project.status("--json");
    return statusDocument.parse(JSON.parse(output)).workers.find((worker) => worker.name === name);
  }

  beforeAll(async () => {
    project = await Project.create("surge");
    cleanup.push(() => project.destroy());
    await configure(openstack.image);
    succeeded(await project.up());
    first = await own.serverIds();
  });
  afterAll(cleanup.run);

  test("WHEN nothing is edited THEN there is no surge worker, and another up changes nothing", async () => {
    expect([...first.keys()].sort()).toEqual(names);
    succeeded(await project.up("--expect-no-changes"));
  });

  describe("WHEN the image is edited", () => {
    let preview = "";
    let output = "";
    let fewest = 0;
    beforeAll(async () => {
      await configure(openstack.nextImage);
      preview = succeeded(await project.preview());
      [fewest, output] = await watchedUp();
    });

    test("THEN the preview attaches the surge worker, and says that the next up detaches it", () => {
      expect(preview).toMatch(new RegExp(`${spare}: attach \\(.*; ${note}\\)`));
      expect(preview).toContain(
        `pool ${own.name}: 3 serving workers replaced in 3 waves of at most 1, after ${spare} serves as surge worker`,
      );
    });

    test("THEN three Nodes are Ready all the time", () => {
      expect(fewest).toBe(3);
    });

    test("THEN each worker has another server, and the surge worker is there", async () => {
      const now = await own.serverIds();
      expect([...now.keys()].sort()).toEqual([...names, spare]);
      for (const name of names) expect(now.get(name)).not.toBe(first.get(name));
      expect((await ready()).sort()).toEqual([...names, spare]);
    });

    test("THEN up and its outputs say what becomes of it", async () => {
      expect(output).toContain(`${spare}: ${note}`);
      const { __workers: rows } = await project.outputs<{ __workers: { name: string; note?: string }[] }>();
      expect(rows.filter((row) => row.note !== undefined)).toMatchObject([{ name: spare, note }]);
    });

    test("THEN status and doctor say that it is to be detached", async () => {
      expect(await statusOf(spare)).toMatchObject({
        pool: own.name,
        wanted: false,
        surge: true,
        underWay: ["rollout pending: detach, drained (a surge worker that no roll needs any more)"],
        remarks: [],
      });
      const { code, output: found } = await project.doctor();
      expect({ code, found }).toMatchObject({ code: 1, found: expect.stringContaining(`server ${spare} (`) });
      expect(found).toContain("is a surge worker: the next up goes on with its roll, or detaches it");
    });

    describe("WHEN up is repeated", () => {
      let before: ReadonlyMap<string, string>;
      beforeAll(async () => {
        before = await own.serverIds();
        preview = succeeded(await project.preview());
        [fewest] = await watchedUp();
      });

      test("THEN the preview detaches the surge worker alone, whatever maxDetach is", () => {
        expect(preview).toContain(`${spare}: detach, drained (a surge worker that no roll needs any more)`);
        // what follows in quotes is the worker's line of the outputs
        for (const name of names) expect(preview).not.toMatch(new RegExp(`${name}: [^"]`));
      });

      test("THEN it is gone, and the others are as they were", async () => {
        expect(fewest).toBeGreaterThanOrEqual(3);
        const now = await own.serverIds();
        expect([...now].sort()).toEqual([...before].filter(([name]) => name !== spare).sort());
        expect((await own.nodeNames()).sort()).toEqual(names);
      });

      test("THEN another up changes nothing, and all are healthy", async () => {
        succeeded(await project.up("--expect-no-changes"));
        expect(await project.status()).toEqual({ code: 0, output: expect.any(String) });
        expect(await project.doctor()).toEqual({ code: 0, output: expect.any(String) });
      });
    });
  });

  describe("WHEN up is killed after it has attached the surge worker of another edit", () => {
    let before: ReadonlyMap<string, string>;
    beforeAll(async () => {
      await configure(openstack.image);
      before = await own.serverIds();
      const run = project.start("up");
      await until("the surge worker is Ready", async () => (await ready()).includes(spare) || undefined, 180);
      expect(await run.kill()).toBe(true);
      await run.ended;
      succeeded(await project.pulumi("cancel", "--yes"));
    });

    test("THEN up goes on with that surge worker, and three Nodes are Ready all the time", async () => {
      const attached = (await own.serverIds()).get(spare);
      const [fewest] = await watchedUp();
      expect(fewest).toBe(3);
      const now = await own.serverIds();
      expect(now.get(spare)).toBe(attached);
      for (const name of names) expect(now.get(name)).not.toBe(before.get(name));
    });
  });

  test("WHEN replicas is raised by one THEN the surge worker stays as a worker of the pool, which maxDetach counts", async () => {
    const before = await own.serverIds();
    await configure(openstack.image, 4);
    succeeded(await project.up());
    expect(await own.serverIds()).toEqual(before);
    expect(await statusOf(spare)).toMatchObject({ wanted: true, surge: false, healthy: true });
    await configure(openstack.image, 3);
    const { ok, output } = await project.preview();
    expect({ ok, output }).toMatchObject({ ok: false, output: expect.stringContaining("maxDetach") });
  });

  test("WHEN destroyed THEN nothing is left, the surge worker neither", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
