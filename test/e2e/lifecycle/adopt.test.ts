/** @shared workers of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as kube from "../support/cluster/cluster.ts";
import { attachByHand } from "../support/machines/by-hand.ts";
import { bootOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

const own = new OwnPool("adopt");
const workers = [0, 1].map(own.worker);
const owner = "organization/openstack-baremetal-compute/adopt";

/** Everything that makes a worker what it is: it is another one when any of it changes. */
async function identities(): Promise<unknown> {
  const servers = await own.serverIds();
  return {
    servers,
    ports: (await own.ports()).map(({ id }) => id).toSorted(),
    nodes: await Promise.all(workers.map(async (name) => (await kube.node(name))?.metadata?.uid)),
    boots: await Promise.all([...servers.values()].map(bootOf)),
  };
}

const cordoned = async (): Promise<boolean[]> =>
  (await Promise.all(workers.map(kube.node))).map((node) => node?.spec?.unschedulable === true);

describe("GIVEN two workers that were attached by hand, and whose servers and ports name no owner", () => {
  let project: Project;
  let before: unknown;

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: workers.length, ...pool }) });

  beforeAll(async () => {
    project = await Project.create("adopt");
    await Promise.all(workers.map((name) => attachByHand(name)));
    before = await identities();
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN the config does not list them THEN nothing is created or taken over", async () => {
    await configure({});
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toContain("list its Node in adopt of its pool");
    expect(await identities()).toEqual(before);
  });

  describe("WHEN the config lists them in adopt", () => {
    let preview = "";
    beforeAll(async () => {
      await configure({ adopt: workers });
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says of each what becomes this stack's, and replaces and deletes nothing", () => {
      for (const name of workers) {
        expect(preview).toMatch(
          new RegExp(`${name}: adopt \\(server \\S+ and port \\S+ become this stack's, metadata only\\)`),
        );
      }
      expect(preview).not.toMatch(/\b(replace|delete)\b/);
    });

    test("THEN ports, servers and Nodes are the same, and the machines have run all the time", async () => {
      expect(await identities()).toEqual(before);
    });

    test("THEN no Node is cordoned", async () => {
      expect(await cordoned()).toEqual([false, false]);
    });

    test("THEN servers and ports name the stack as their owner", async () => {
      expect((await own.servers()).map(({ metadata }) => metadata["owner"])).toEqual([owner, owner]);
      expect((await own.ports()).map(({ description }) => description)).toEqual([
        `worker of ${owner}`,
        `worker of ${owner}`,
      ]);
    });

    test("THEN another up changes nothing, and says that the entries can be removed", async () => {
      expect(succeeded(await project.up("--expect-no-changes"))).toContain("the entry can be removed");
    });

    test("THEN a refresh changes nothing", async () => {
      succeeded(await project.refresh("--expect-no-changes"));
    });
  });

  test("WHEN the entries are removed THEN nothing changes", async () => {
    await configure({});
    succeeded(await project.up("--expect-no-changes"));
    expect(await identities()).toEqual(before);
  });

  test("WHEN destroyed THEN they are drained and detached, and nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
