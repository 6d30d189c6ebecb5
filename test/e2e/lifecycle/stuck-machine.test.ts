/** @shared a worker of a pool of its own, whose machine hangs once it is known which one it is */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { clearFault, type Machine } from "../../lab/metal/faults.ts";
import { serverOf } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import { pendingOf } from "../support/cluster/identity.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { hangBeforeBoot } from "../support/machines/faults.ts";
import { stackTrace } from "../support/output.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("stuck");
const name = own.worker(0);
const secondKey = "stuck-second-key";

describe("GIVEN a machine that hangs before it boots", () => {
  let project: Project;
  let machine: Machine | undefined;
  let server = "";
  let created = new Date(0);

  /** Once: its next server may be of another test. */
  const repair = async (): Promise<void> => {
    if (machine) await clearFault(machine);
    machine = undefined;
  };

  beforeAll(async () => {
    const pool = { name: own.name, replicas: 1, timeouts: { boot: "20s" } };
    project = await Project.withPool("stuck-machine", pool);
  });
  afterAll(async () => {
    await repair();
    await impostor.withdraw([secondKey]);
    await project.destroy();
  });

  describe("WHEN up runs", () => {
    let run: Run;
    beforeAll(async () => {
      run = await meanwhile(project.up(), async () => {
        server = await until("the server", () => serverOf(name));
        machine = await hangBeforeBoot(server);
      });
      created = new Date((await own.servers())[0]?.created ?? "");
    });

    test("THEN the attach fails within its bound and names the phase and what to look at", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(/boot/);
      expect(run.output).toContain("pools[stuck].timeouts.boot");
      expect(run.output).toMatch(/console|BMC/);
      expect(run.output).toContain("pulumi up");
    });

    test("THEN it says what the kubelet's port shows of the machine", () => {
      expect(run.output).toMatch(/port 10250 at \S+ (?:does not answer|is closed|cannot be probed)/);
    });

    test("THEN it shows no stack trace", () => {
      expect(run.output).not.toMatch(stackTrace);
    });

    test("THEN there is no Node, and the server is kept", async () => {
      expect(await own.nodeNames()).toEqual([]);
      expect(await own.serverNames()).toEqual([name]);
    });
  });

  describe("WHEN a second key asks for the name before any is approved", () => {
    let run: Run;
    let first: string | undefined;
    beforeAll(async () => {
      await repair();
      // whoever asks alone and first cannot be told from the machine
      const request = await until("the machine's own request", async () =>
        (await pendingOf(name)).find(
          // an earlier run on this lab may have left one
          ({ metadata }) => (metadata?.creationTimestamp ?? created) > created,
        ),
      );
      first = request.metadata?.name;
      await impostor.file({ name: secondKey, nodeName: name });
      run = await project.up();
    });
    afterAll(() => impostor.withdraw([secondKey]));

    test("THEN up fails and names both requests with the rule that they fail", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(/\(one-key\).*second-key/);
      expect(run.output).toContain(`${first}, ${secondKey} ask for the same name`);
    });

    test("THEN neither is approved", async () => {
      expect(kube.isPending(await kube.csr(secondKey))).toBe(true);
      expect(kube.isPending(await kube.csr(first ?? ""))).toBe(true);
      expect(await own.nodeNames()).toEqual([]);
    });
  });

  describe("WHEN the machine is repaired", () => {
    beforeAll(async () => {
      await project.configure({ pools: await project.pools({ name: own.name, replicas: 1 }) });
      succeeded(await project.up());
    });

    test("THEN the next up completes with a Ready Node", async () => {
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN it is the same server's", async () => {
      expect((await kube.node(name))?.spec?.providerID).toBe(`openstack:///${server}`);
      expect((await own.servers()).map(({ id }) => id)).toEqual([server]);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await own.leftovers()).toEqual([]);
  });
});
