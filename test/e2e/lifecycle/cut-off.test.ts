/** @shared a worker of a pool of its own; kills what its own commands have started */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("torn");

const pendingOperations = "pending operations from previous deployment";

const isThere = async (objects: () => Promise<readonly unknown[]>): Promise<boolean> => (await objects()).length > 0;

describe("GIVEN an up that is killed once the cloud has what it asked for, and before the state has it", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.withPool("cut-off", { name: own.name, replicas: 1 });
  });
  afterAll(async () => {
    await project.destroy();
  });

  /** Kills `up` as soon as the cloud has some of these. */
  async function cutOff(objects: () => Promise<readonly unknown[]>): Promise<void> {
    const run = project.start("up");
    while (!(await isThere(objects))) await sleep(20);
    await run.kill();
    succeeded(await project.pulumi("cancel", "--yes"));
  }

  async function destroyed(objects: () => Promise<readonly unknown[]>): Promise<string> {
    await cutOff(objects);
    return succeeded(await project.destroy());
  }

  describe.each([
    // the provider looks at a port after 5 s, and at a server after 10 s, at the earliest
    ["a port", own.ports, `port ${own.worker(0)}-port-0 (`],
    ["a server", own.servers, `server ${own.worker(0)} (`],
  ])("WHEN that is %s, and destroy follows at once", (_, objects, named) => {
    let output = "";
    beforeAll(async () => {
      output = await destroyed(objects);
    });

    test("THEN it says on the claim's line what it has removed besides", () => {
      expect(output).toMatch(/removed what an interrupted command had left in the cloud: /);
      expect(output).toContain(named);
    });

    test("THEN nothing is left", async () => {
      expect(await own.leftovers()).toEqual([]);
    });
  });

  describe.each([
    ["a port", own.ports, `port ${own.worker(0)}-port-0 (id `],
    ["a server", own.servers, `server ${own.worker(0)} (id `],
  ])("WHEN that is %s, and up follows", (_, objects, named) => {
    let left: readonly string[] = [];
    let output = "";
    beforeAll(async () => {
      await cutOff(objects);
      left = (await ids()).flat();
      output = succeeded(await project.up());
    });
    afterAll(async () => {
      succeeded(await project.destroy());
    });
    const ids = async () => [(await own.ports()).map(({ id }) => id), (await own.servers()).map(({ id }) => id)];

    test("THEN it says that it takes it over", () => {
      expect(output).toMatch(/taken over/);
      expect(output).toContain(named);
    });

    test("THEN the worker serves with it, and there is one port and one server", async () => {
      const [ports = [], servers = []] = await ids();
      expect([ports.length, servers.length]).toEqual([1, 1]);
      expect([...ports, ...servers]).toEqual(expect.arrayContaining([...left]));
      expect(await own.nodeNames()).toEqual([own.worker(0)]);
    });

    test("THEN another up changes nothing, and warns of pending operations until a refresh forgets them", async () => {
      expect(succeeded(await project.up("--expect-no-changes"))).toContain(pendingOperations);
      succeeded(await project.refresh("--clear-pending-creates"));
      expect(succeeded(await project.up("--expect-no-changes"))).not.toContain(pendingOperations);
    });
  });

  test("WHEN that is a container, and destroy follows at once THEN nothing is left", async () => {
    await destroyed(own.containers);
    expect(await own.leftovers()).toEqual([]);
  });
});
