/** @shared two workers of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { statusDocument } from "../../../infra/status/document.ts";
import { Cleanup } from "../support/cleanup.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("zones");
/** Nova's zone of hosts that are in none: the lab's one compute service can be in one zone only. */
const zone = "nova";
const missing = "e2e-rack-b";

describe("GIVEN a pool of two workers that is spread over zones", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let ids: ReadonlyMap<string, string>;
  const spread = (...availabilityZones: string[]): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, availabilityZones }] }));

  beforeAll(async () => {
    project = await Project.withPool("zones", { name: own.name, replicas: 2, availabilityZones: [zone, missing] });
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  test("WHEN one of them does not exist THEN up names its entry, and makes nothing", async () => {
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toContain(
      `pools[${own.name}].availabilityZones[1]: no available availability zone named "${missing}"`,
    );
    expect(await own.leftovers()).toEqual([]);
  });

  describe("WHEN they exist", () => {
    let output = "";
    beforeAll(async () => {
      await spread(zone);
      output = succeeded(await project.up());
      ids = await own.serverIds();
    });

    test("THEN the zone of each worker is said before it is attached", () => {
      for (const i of [0, 1]) expect(output).toMatch(new RegExp(`${own.worker(i)}: attach \\(.*, zone ${zone}\\)`));
    });

    test("THEN the status has the zone of each server", async () => {
      const { workers } = statusDocument.parse(JSON.parse((await project.status("--json")).output));
      expect(workers.map(({ server }) => server?.zone)).toEqual([zone, zone]);
    });
  });

  test("WHEN a zone is appended THEN nobody moves, and the preview says who would be there", async () => {
    await spread(zone, missing);
    expect(succeeded(await project.preview())).toContain(`${own.worker(1)}: kept (it stays in zone ${zone}: `);
    succeeded(await project.up("--expect-no-changes"));
    expect(await own.serverIds()).toEqual(ids);
  });

  test("WHEN the list is removed THEN nothing changes, also after a refresh", async () => {
    await editStackFile(project, (pool) => ({ pools: [{ ...pool, availabilityZones: undefined }] }));
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.refresh());
    succeeded(await project.up("--expect-no-changes"));
    expect(await own.serverIds()).toEqual(ids);
  });

  test("WHEN it is there again THEN nothing changes", async () => {
    await spread(zone);
    succeeded(await project.up("--expect-no-changes"));
    expect(await own.serverIds()).toEqual(ids);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
