import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cluster as lab, machines } from "../lab/settings.ts";
import { clearFault, setFault } from "../lab/metal/faults.ts";
import { leftovers } from "../lab/leftovers.ts";
import { cloud } from "./support/cloud.ts";
import * as kube from "./support/cluster.ts";
import { Project } from "./support/project.ts";

const name = `${lab.infraId}-stuck-0`;

describe("GIVEN machines that hang before they boot", () => {
  let project: Project;
  let server = "";

  beforeAll(async () => {
    project = await Project.create("stuck-machine");
    await project.configure({
      pools: await project.pools({ name: "stuck", replicas: 1, timeouts: { boot: "20s" } }),
    });
    for (const machine of machines) await setFault(machine, { boot: "never" });
  });
  afterAll(async () => {
    for (const machine of machines) await clearFault(machine);
    await project.destroy();
  });

  test("WHEN up runs THEN the attach fails within its bound and names the phase and what to look at", async () => {
    const run = await project.up();
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toMatch(/boot/);
    expect(run.output).toContain("pools[0].timeouts.boot");
    expect(run.output).toMatch(/console|BMC/);
    expect(run.output).toContain("pulumi up");
    expect(run.output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(await kube.nodeNames()).toEqual([]);
    const servers = await cloud.servers();
    expect(servers.map((each) => each.name)).toEqual([name]);
    server = servers[0]?.id ?? "";
  });

  test("WHEN the machine is repaired THEN the next up completes with the same server", async () => {
    for (const machine of machines) await clearFault(machine);
    await project.configure({ pools: await project.pools({ name: "stuck", replicas: 1 }) });
    expect(await project.up()).toMatchObject({ ok: true });
    const node = await kube.node(name);
    expect(node && kube.isReady(node)).toBe(true);
    expect(node?.spec?.providerID).toBe(`openstack:///${server}`);
    expect((await cloud.servers()).map(({ id }) => id)).toEqual([server]);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
