/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as kube from "../support/cluster/cluster.ts";
import { bootOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("protect");
const name = own.worker(0);

/** The worker as it was, in service. */
async function worker(): Promise<unknown> {
  const node = await kube.node(name);
  const servers = await own.serverIds();
  return {
    uid: node?.metadata?.uid,
    unschedulable: node?.spec?.unschedulable ?? false,
    // the node controller takes its own off a while after the Node is Ready
    taints: node?.spec?.taints?.filter(({ key }) => !key.startsWith("node.kubernetes.io/")) ?? [],
    servers,
    ports: (await own.ports()).map(({ id }) => id),
    containers: await own.containers(),
    boots: await Promise.all([...servers.values()].map(bootOf)),
  };
}

describe("GIVEN a worker of a protected pool", () => {
  let project: Project;
  let before: unknown;

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: 1, ...pool }) });

  beforeAll(async () => {
    project = await Project.create("protect");
    await configure({ protect: true });
    succeeded(await project.up());
    before = await worker();
  });
  afterAll(async () => {
    if ((await own.servers()).length > 0) {
      await configure({});
      await project.up();
    }
    await project.destroy();
  });

  test("WHEN up runs again THEN it changes nothing", async () => {
    succeeded(await project.up("--expect-no-changes"));
  });

  describe.each<[string, readonly string[]]>([
    ["the stack is destroyed", []],
    ["the stack is destroyed without a preview", ["--skip-preview"]],
  ])("WHEN %s", (_, options) => {
    let run: Run;
    beforeAll(async () => {
      run = await project.pulumi("destroy", "--yes", ...options);
    });

    test("THEN it is refused as protected", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toMatch(/PoolMembership::protect" cannot be deleted\s+because it is protected/);
    });

    test("THEN nothing was changed: no cordon, and every object is there", async () => {
      expect(await worker()).toEqual(before);
    });
  });

  describe.each<[string, Config, string]>([
    ["its replicas are 0", { protect: true, replicas: 0 }, `this update would detach ${name}, of a protected pool`],
    [
      "the protection is lifted in the edit that detaches it",
      { protect: false, replicas: 0 },
      `this update would detach ${name}, which the last one has protected`,
    ],
  ])("WHEN %s", (_, pool, problem) => {
    let run: Run;
    beforeAll(async () => {
      await configure(pool);
      run = await project.preview();
    });

    test("THEN the preview refuses it, and names the key", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toContain(`pools[${own.name}].protect: ${problem}`);
    });

    test("THEN nothing was changed", async () => {
      expect(await worker()).toEqual(before);
    });
  });

  test("WHEN the pool is removed from the config THEN the preview refuses it, and says what to do", async () => {
    await project.configure({ pools: [] });
    const { ok, output } = await project.preview();
    expect(ok).toBe(false);
    expect(output).toContain(`pool ${own.name} is protected, and is not in the config any more`);
  });

  describe("WHEN the protection is lifted by an up of its own, and the stack is destroyed", () => {
    let lifted: unknown;
    beforeAll(async () => {
      await configure({ protect: false });
      succeeded(await project.up("--expect-no-changes"));
      lifted = await worker();
      succeeded(await project.destroy());
    });

    test("THEN lifting it has changed nothing of the worker", () => {
      expect(lifted).toEqual(before);
    });

    test("THEN nothing is left", async () => {
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
