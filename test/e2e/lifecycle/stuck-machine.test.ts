import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { clearFault, setFault } from "../../lab/metal/faults.ts";
import { cluster as lab, machines } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { Project } from "../support/project.ts";
import { until } from "../support/wait.ts";

const name = `${lab.infraId}-stuck-0`;

describe("GIVEN machines that hang before they boot", () => {
  let project: Project;
  let server = "";
  let created = new Date(0);

  beforeAll(async () => {
    project = await Project.create("stuck-machine");
    await project.configure({
      pools: await project.pools({ name: "stuck", replicas: 1, timeouts: { boot: "20s" } }),
    });
    for (const machine of machines) await setFault(machine, { boot: "never" });
  });
  afterAll(async () => {
    for (const machine of machines) await clearFault(machine);
    await kube.ifThere(kube.certificates.deleteCertificateSigningRequest({ name: "second-key" }));
    await project.destroy();
  });

  test("WHEN up runs THEN the attach fails within its bound and names the phase and what to look at", async () => {
    const run = await project.up();
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toMatch(/boot/);
    expect(run.output).toContain("pools[stuck].timeouts.boot");
    expect(run.output).toMatch(/console|BMC/);
    expect(run.output).toContain("pulumi up");
    expect(run.output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(await kube.nodeNames()).toEqual([]);
    const servers = await cloud.servers();
    expect(servers.map((each) => each.name)).toEqual([name]);
    server = servers[0]?.id ?? "";
    created = new Date(servers[0]?.created ?? "");
  });

  test("WHEN a second key asks for the name before any is approved THEN neither is, and both are named", async () => {
    for (const machine of machines) await clearFault(machine);
    // whoever asks alone and first cannot be told from the machine
    const own = await until("the machine's own request", async () =>
      (await kube.certificates.listCertificateSigningRequest()).items.find(
        (item) =>
          item.spec.username?.endsWith(":node-bootstrapper") &&
          kube.isPending(item) &&
          // an earlier run on this lab may have left one
          (item.metadata?.creationTimestamp ?? created) > created,
      ),
    );
    await impostor.file({ name: "second-key", nodeName: name });
    const run = await project.up();
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toMatch(/\(one-key\).*second-key/);
    expect(run.output).toContain(`${own.metadata?.name}, second-key ask for the same name`);
    expect(kube.isPending(await kube.csr("second-key"))).toBe(true);
    expect(await kube.nodeNames()).toEqual([]);
    await kube.certificates.deleteCertificateSigningRequest({ name: "second-key" });
  });

  test("WHEN the machine is repaired THEN the next up completes with the same server", async () => {
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
