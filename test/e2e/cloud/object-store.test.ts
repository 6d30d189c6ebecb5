/** @shared a pool of its own without workers */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { containerName } from "../../../components/ignition/payload.ts";
import { cluster } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("store");

describe("GIVEN a pool whose container loses the key of its signed URLs", () => {
  let project: Project;
  const name = containerName(cluster.infraId, own.name, "organization/openstack-baremetal-compute/object-store");
  let before = "";

  beforeAll(async () => {
    project = await Project.withPool("object-store", { name: own.name, replicas: 0 });
    succeeded(await project.up());
    expect(await own.containers()).toEqual([name]);
    before = await project.temporaryUrlKey();
  });

  afterAll(async () => {
    succeeded(await project.destroy());
    expect(await own.containers()).toEqual([]);
  });

  test("WHEN it still has the key THEN no errors are found, and the key is not shown", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(output).not.toContain(before);
    expect(code).toBe(0);
  });

  test("WHEN the key is gone THEN that is an error, which says what to do", async () => {
    await cloud.removeTemporaryUrlKey(name);
    const { code, output } = await project.preflight();
    expect(output).toContain(`cloud: container ${name} has no key for temporary URLs`);
    expect(output).toContain(`openstack container delete --recursive ${name}`);
    expect(code).toBe(1);
  });

  describe("WHEN that is done", () => {
    beforeAll(async () => {
      for (const object of await cloud.objects(name)) await cloud.remove("object-store", `/${name}/${object}`);
      await cloud.remove("object-store", `/${name}`);
      succeeded(await project.refresh());
      succeeded(await project.up());
    });

    test("THEN no errors are found", async () => {
      expect((await project.preflight()).output).toContain("no errors found");
    });

    test("THEN the container has another key", async () => {
      expect(await project.temporaryUrlKey()).not.toBe(before);
    });
  });
});
