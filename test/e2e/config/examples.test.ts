/** Alone on the lab: a MachineConfigPool that others would see, and stacks without an OwnPool. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cluster, openstack } from "../../lab/settings.ts";
import { configIn, exampleFiles, readExample } from "../../support/examples.ts";
import { Cleanup } from "../support/cleanup.ts";
import { ExampleProgram } from "../support/engine/example-program.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

/** The stack's name in `examples/gpu-pool/Pulumi.gpu.yaml`. */
const nameOf = (file: string): string => /Pulumi\.(.*)\.yaml$/.exec(file)?.[1] ?? "";

interface Pool extends Config {
  readonly name: string;
  readonly workers?: readonly Config[];
}

/** A pool of an example with what the lab has in the place of names and addresses, and one machine. */
function poolOnLab({ workers, ...pool }: Pool): Config {
  const first = workers?.slice(0, 1).map((worker) => ({ ...worker, fixedIp: undefined }));
  const one = first ? { workers: first } : { replicas: 1 };
  return { ...pool, ...one, flavor: openstack.flavor, image: openstack.image };
}

function onLab(config: Record<string, unknown>): Config {
  const pools = (config["pools"] as readonly Pool[]).map(poolOnLab);
  return {
    ...config,
    cloud: "lab",
    cluster: { expect: { infraId: cluster.infraId } },
    ...(config["inventory"] !== undefined && { inventory: "lab-admin" }),
    pools,
  };
}

describe("GIVEN the stacks of examples/, with the lab's names", () => {
  const cleanup = new Cleanup();
  let machineConfigPool: ExampleProgram;

  beforeAll(async () => {
    machineConfigPool = await ExampleProgram.create("infra-pool/machine-config-pool", "infra-pool", cleanup);
  });
  afterAll(cleanup.run);

  test("WHEN the infra pool's MachineConfigPool is previewed and brought up THEN it is there, and nothing changes again", async () => {
    expect(await machineConfigPool.pulumi("preview")).toContain("MachineConfigPool");
    await machineConfigPool.pulumi("up", "--yes", "--skip-preview");
    await machineConfigPool.pulumi("preview", "--expect-no-changes");
    expect(await machineConfigPool.pulumi("stack", "output", "machineConfigPool")).toContain("infra");
  });

  test.each(exampleFiles)("WHEN %s is previewed THEN a worker of each of its pools is to be created", async (file) => {
    const config = onLab(configIn(await readExample(file)));
    const project = await Project.create(`example-${nameOf(file)}`, config);
    cleanup.push(() => project.pulumi("stack", "rm", "--yes"));
    const output = succeeded(await project.preview());
    for (const { name } of config["pools"] as readonly Pool[])
      expect(output).toMatch(new RegExp(`openshift-node:index:OpenShiftNode ${cluster.infraId}-${name}-\\S+ create`));
  });

  test("WHEN two racks have outputs THEN the overview's preview puts them together", async () => {
    for (const rack of ["r1", "r2"]) {
      const stack = await Project.create(`example-outputs-${rack}`, { pools: [] });
      cleanup.push(async () => {
        await stack.destroy();
        await stack.pulumi("stack", "rm", "--yes");
      });
      succeeded(await stack.up());
    }
    const overview = await ExampleProgram.create("stack-per-rack/overview", "rack-overview", cleanup);
    const racks = JSON.stringify(["example-outputs-r1", "example-outputs-r2"]);
    await overview.pulumi("config", "set", "racks", racks);
    await overview.pulumi("up", "--yes", "--skip-preview");
    const printed = JSON.parse(await overview.pulumi("stack", "output", "--json")) as object;
    expect(printed).toEqual({
      overview: { workers: [], ready: { "example-outputs-r1": "0 of 0", "example-outputs-r2": "0 of 0" } },
    });
  });
});
