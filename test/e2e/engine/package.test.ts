/** @shared two workers of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cluster, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { bootSource } from "../support/engine/boot-source.ts";
import { ExampleProgram } from "../support/engine/example-program.ts";
import { OwnPool } from "../support/own-pool.ts";

const own = new OwnPool("packaged");

describe("GIVEN a project that has installed the package, and the program of examples/own-program", () => {
  const cleanup = new Cleanup();
  let program: ExampleProgram;

  beforeAll(async () => {
    program = await ExampleProgram.installed("own-program", "packaged", cleanup);
    const { flavor, image, network, subnet } = openstack;
    const names = { cloud: "lab", pool: own.name, infraId: cluster.infraId, flavor, image, network, subnet };
    const config = { ...names, ...(await bootSource()) };
    for (const [key, value] of Object.entries(config)) await program.pulumi("config", "set", key, value);
  });
  afterAll(cleanup.run);

  test("WHEN it is brought up THEN both workers are Ready, and nothing changes again", async () => {
    await program.pulumi("up", "--yes", "--skip-preview");
    const { workers } = JSON.parse(await program.pulumi("stack", "output", "--json")) as { workers: object[] };
    expect(workers).toMatchObject([0, 1].map((i) => ({ name: own.worker(i), state: "Ready" })));
    expect(await own.nodeNames()).toEqual([own.worker(0), own.worker(1)]);
    await program.pulumi("preview", "--expect-no-changes");
  });

  test("WHEN it is destroyed THEN nothing is left", async () => {
    await program.pulumi("destroy", "--yes", "--skip-preview");
    expect(await own.leftovers()).toEqual([]);
  });

  test("WHEN the whole program is taken from the package THEN its config is that of the project's stack", async () => {
    await program.write("index.ts", 'export { default } from "openstack-baremetal-compute/program";\n');
    const { network, subnet, flavor, image } = openstack;
    await program.pulumi("config", "set", "machineNetwork", JSON.stringify({ network, subnet }));
    for (const key of ["pool", "infraId", "flavor", "image", "network", "subnet", "machineConfigServer", "authority"])
      await program.pulumi("config", "rm", key);
    const pools = [{ name: own.name, replicas: 1, flavor, image }];
    await program.pulumi("config", "set", "pools", JSON.stringify(pools));
    expect(await program.pulumi("preview")).toContain(`openshift-node:index:OpenShiftNode ${own.worker(0)} create`);
  });
});
