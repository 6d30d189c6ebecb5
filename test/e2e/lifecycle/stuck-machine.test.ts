/** Alone on the lab: all machines hang, because the scheduler chooses one. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { clearFault, setFault } from "../../lab/metal/faults.ts";
import { cluster as lab, machines } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { serverNames } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { stackTrace } from "../support/output.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { until } from "../support/wait.ts";

const name = `${lab.infraId}-stuck-0`;
const secondKey = "second-key";

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
    await impostor.withdraw([secondKey]);
    await project.destroy();
  });

  describe("WHEN up runs", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
      const [own] = await cloud.servers();
      server = own?.id ?? "";
      created = new Date(own?.created ?? "");
    });

    test("THEN the attach fails within its bound and names the phase and what to look at", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(/boot/);
      expect(run.output).toContain("pools[stuck].timeouts.boot");
      expect(run.output).toMatch(/console|BMC/);
      expect(run.output).toContain("pulumi up");
    });

    test("THEN it shows no stack trace", () => {
      expect(run.output).not.toMatch(stackTrace);
    });

    test("THEN there is no Node, and the server is kept", async () => {
      expect(await kube.nodeNames()).toEqual([]);
      expect(await serverNames()).toEqual([name]);
    });
  });

  describe("WHEN a second key asks for the name before any is approved", () => {
    let run: Run;
    let own: string | undefined;
    beforeAll(async () => {
      for (const machine of machines) await clearFault(machine);
      // whoever asks alone and first cannot be told from the machine
      const request = await until("the machine's own request", async () =>
        (await kube.certificates.listCertificateSigningRequest()).items.find(
          (item) =>
            item.spec.username?.endsWith(":node-bootstrapper") &&
            kube.isPending(item) &&
            // an earlier run on this lab may have left one
            (item.metadata?.creationTimestamp ?? created) > created,
        ),
      );
      own = request.metadata?.name;
      await impostor.file({ name: secondKey, nodeName: name });
      run = await project.up();
    });
    afterAll(() => impostor.withdraw([secondKey]));

    test("THEN up fails and names both requests with the rule that they fail", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(/\(one-key\).*second-key/);
      expect(run.output).toContain(`${own}, ${secondKey} ask for the same name`);
    });

    test("THEN neither is approved", async () => {
      expect(kube.isPending(await kube.csr(secondKey))).toBe(true);
      expect(kube.isPending(await kube.csr(own ?? ""))).toBe(true);
      expect(await kube.nodeNames()).toEqual([]);
    });
  });

  describe("WHEN the machine is repaired", () => {
    beforeAll(async () => {
      await project.configure({ pools: await project.pools({ name: "stuck", replicas: 1 }) });
      succeeded(await project.up());
    });

    test("THEN the next up completes with a Ready Node", async () => {
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN it is the same server's", async () => {
      expect((await kube.node(name))?.spec?.providerID).toBe(`openstack:///${server}`);
      expect((await cloud.servers()).map(({ id }) => id)).toEqual([server]);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
