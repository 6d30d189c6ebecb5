/** @shared a worker of a pool of its own, and a flavor of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeFlavor } from "../support/cloud/obstacles.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, type Preflight, Project, type Run, succeeded } from "../support/project.ts";
import { editStackFile, type Pool, whileEdited } from "../support/stack/stack-file.ts";

const own = new OwnPool("flavorless");
const name = own.worker(0);
const flavor = "flavorless-metal";
const notFound = `no flavor named "${flavor}"`;
const warning = `pools[flavorless].flavor: ${notFound}: the workers of pool flavorless stay as they are, but none can be created or replaced`;

const specs = {
  "resources:CUSTOM_BAREMETAL_LAB": "1",
  "resources:VCPU": "0",
  "resources:MEMORY_MB": "0",
  "resources:DISK_GB": "0",
};

describe("GIVEN a worker whose flavor was deleted after it had joined", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let serverId: string | undefined;
  const editPool = (change: object): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, ...change }] }));
  const idNow = async (): Promise<string | undefined> => (await own.serverIds()).get(name);

  beforeAll(async () => {
    const remove = await makeFlavor(flavor, specs);
    project = await Project.withPool("not-found", { name: own.name, replicas: 1, flavor });
    cleanup.push(() => project.destroy());
    succeeded(await project.up());
    serverId = await idNow();
    await remove();
  });
  afterAll(cleanup.run);

  test("WHEN nothing is edited THEN a preview has no changes, and warns", async () => {
    const output = succeeded(await project.preview("--expect-no-changes"));
    expect(output).toContain(warning);
  });

  test("WHEN the state is refreshed THEN a preview still has no changes", async () => {
    succeeded(await project.refresh());
    succeeded(await project.preview("--expect-no-changes"));
  });

  test("WHEN a label is added THEN up adds it", async () => {
    await editPool({ labels: { "example.test/rack": "r1" } });
    succeeded(await project.up());
    expect((await kube.node(name))?.metadata?.labels).toMatchObject({ "example.test/rack": "r1" });
  });

  test("WHEN a worker is to be attached THEN that is an error, and nothing is changed", async () => {
    const change = (pool: Pool): Config => ({ pools: [{ ...pool, replicas: 2 }] });
    const { ok, output } = await whileEdited(project, change, () => project.up());
    expect(ok).toBe(false);
    expect(output).toContain(`pools[flavorless].flavor: ${notFound}\n`);
    expect(await own.serverNames()).toEqual([name]);
  });

  describe("WHEN the server is to be replaced by --replace", () => {
    let runs: readonly Run[] = [];
    beforeAll(async () => {
      const urn = new RegExp(`"(urn:[^"]*openstack:compute/instance:Instance::${name})"`).exec(await project.export());
      const replace = ["--replace", urn?.[1] ?? ""];
      runs = [await project.preview(...replace), await project.up(...replace)];
    });

    test("THEN preview and up are refused with the reason", () => {
      for (const { ok, output } of runs) {
        expect(ok).toBe(false);
        expect(output).toContain(notFound);
      }
    });

    test("THEN server and Node are as they were, and not cordoned", async () => {
      expect(await idNow()).toBe(serverId);
      const node = await kube.node(name);
      expect(kube.isReady(node)).toBe(true);
      expect(node?.spec?.unschedulable).toBeUndefined();
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});

describe("GIVEN mistyped names of a flavor, an image and a subnet", () => {
  let project: Project;
  let report: Preflight;
  beforeAll(async () => {
    project = await Project.withPool("mistyped", {
      name: own.name,
      flavor: "bare-metal",
      image: "rhcso",
      networks: [{ network: openstack.network, subnet: "machine-sbunet" }],
    });
    report = await project.preflight();
  });

  test.each([
    ["flavor", openstack.flavor],
    ["image", openstack.image],
    ["networks[0].subnet", openstack.subnet],
  ])("WHEN npm run preflight runs THEN of %s the nearest name that there is is proposed", (key, name) => {
    const from = report.output.indexOf(`pools[flavorless].${key}: no `);
    expect(from).toBeGreaterThan(-1);
    expect(report.output.slice(from, from + 1000)).toContain(`did you mean "${name}"?`);
  });

  test("WHEN npm run preflight runs THEN what does not need them is checked all the same", () => {
    expect(report.output).toMatch(/permissions +ok/);
    expect(report.output).toMatch(/object-store +ok/);
    expect(report.output).toMatch(/quota +ok/);
    expect(report.output).toMatch(/flavor +not checked/);
    expect(report.code).toBe(1);
  });
});
