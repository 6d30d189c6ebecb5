/** @shared a worker of a pool of its own, a project of its own and a clouds.yaml of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import path from "node:path";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { admin } from "../support/cloud/cloud.ts";
import { writeClouds } from "../support/cloud/clouds-yaml.ts";
import { idOf } from "../support/cloud/ids.ts";
import { makeProject } from "../support/cloud/odd-accounts.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("pinned");
const name = own.worker(0);

describe("GIVEN a stack of one worker, and another project in which its account may act", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let file = "";
  let here = "";
  let other = "";
  let pinned = "";

  const leadTo = (id: string): Promise<unknown> =>
    writeClouds(file, ({ auth }) => {
      delete auth["project_name"];
      delete auth["project_domain_name"];
      delete auth["project_domain_id"];
      auth["project_id"] = id;
    });

  beforeAll(async () => {
    file = path.join(await cleanup.folder("project-identity"), "clouds.yaml");
    here = await idOf("identity", "/projects", "projects", openstack.project, admin);
    const member = await idOf("identity", "/users", "users", openstack.user, admin);
    other = await makeProject("pinned-other", member, cleanup);
    await leadTo(here);
    const env = { OS_CLIENT_CONFIG_FILE: file };
    project = await Project.withPool("project-identity", { name: own.name, replicas: 1 }, {}, env);
    cleanup.push(async () => {
      await leadTo(here);
      await project.destroy();
    });
    succeeded(await project.up());
    pinned = await project.export();
  });
  afterAll(cleanup.run);

  test("THEN the state names project and region", () => {
    expect(pinned).toContain(`"cloudProject": "${here}"`);
    expect(pinned).toContain(`"cloudRegion": "${openstack.region}"`);
  });

  describe("WHEN the entry of clouds.yaml leads to the other project", () => {
    beforeAll(() => leadTo(other));
    afterAll(() => leadTo(here));

    test.each<["preview" | "up" | "refresh" | "destroy"]>([["preview"], ["up"], ["refresh"], ["destroy"]])(
      "THEN %s is refused with both projects",
      async (command) => {
        const { ok, output }: Run = await project[command]();
        expect(ok).toBe(false);
        expect(output).toContain(`leads to project ${other} in region ${openstack.region}`);
        expect(output).toContain(`this stack's servers and ports are in project ${here}`);
      },
    );

    test("THEN up without pools, which would delete all, is refused as well", async () => {
      await project.configure({ pools: [] });
      expect(await project.up()).toMatchObject({ ok: false });
      await project.configure({ pools: await project.pools({ name: own.name, replicas: 1 }) });
    });

    test("THEN the state has server and port still, and the Node is Ready and not cordoned", async () => {
      const state = await project.export();
      for (const type of ["openstack:compute/instance:Instance", "openstack:networking/port:Port"])
        expect(state).toContain(`"type": "${type}"`);
      const node = await kube.node(name);
      expect(kube.isReady(node)).toBe(true);
      expect(node?.spec?.unschedulable).toBeUndefined();
    });
  });

  test("WHEN it leads to its own again THEN nothing changes", async () => {
    succeeded(await project.refresh());
    succeeded(await project.preview("--expect-no-changes"));
  });

  describe("WHEN the state is of a release that named no project", () => {
    beforeAll(async () => {
      // the keys of an object are sorted: neither of these is the last
      await project.importState((await project.export()).replaceAll(/\n\s*"cloud(Project|Region)": "[^"]*",/g, ""));
      expect(await project.export()).not.toContain("cloudProject");
    });

    test("THEN up learns it and replaces nothing", async () => {
      const output = succeeded(await project.up());
      expect(output).not.toMatch(/replace/);
      expect(await project.export()).toContain(`"cloudProject": "${here}"`);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
