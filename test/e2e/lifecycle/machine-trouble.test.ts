/** Alone on the lab: crashes the API server. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Node } from "@kubernetes/client-node";
import { leftovers } from "../../lab/leftovers.ts";
import { clearFault, setFault } from "../../lab/metal/faults.ts";
import { cluster as lab, machines } from "../../lab/settings.ts";
import { serverIds } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import * as faults from "../support/machines/faults.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const dead = `${lab.infraId}-trouble-1`;
const locked = `${lab.infraId}-trouble-0`;

/** Waits until a server's machine, whose boot was `before`, is switched on again. */
const switchedOnAgain = (serverId: string, before: number | undefined): Promise<number> =>
  until("the machine to be switched on again", async () => {
    const now = await faults.bootOf(serverId);
    return now === before ? undefined : now;
  });

/** The Node, once its kubelet has reported itself after `since`. */
const reportedAfter = (name: string, since: Date): Promise<V1Node> =>
  until("the node to report itself again", async () => {
    const node = await kube.node(name);
    const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
    return (ready?.lastHeartbeatTime ?? since) > since ? node : undefined;
  });

describe("GIVEN a cluster and machines that fail while workers come and go", () => {
  let project: Project;
  let ids: ReadonlyMap<string, string> = new Map();
  const idOf = (name: string): string => ids.get(name) ?? "";

  beforeAll(async () => {
    project = await Project.create("trouble");
    await work.remove(["guest", "slow"]);
    await project.configure({ pools: await project.pools({ name: "trouble", drain: { timeout: "90s" } }) });
  });
  afterAll(async () => {
    for (const id of (await serverIds()).values()) await faults.unlock(id);
    for (const machine of machines) await clearFault(machine);
    await work.remove(["guest", "slow"]);
    await project.destroy();
  });

  describe("WHEN the API server crashes while the machines boot", () => {
    let run: Run;
    beforeAll(async () => {
      const attaching = project.start("up");
      run = await meanwhile(attaching.ended, async () => {
        await until("the join to begin", () => Promise.resolve(/ boot: \d+s of/.exec(attaching.output()) ?? undefined));
        await faults.crashApiServer(5);
      });
      ids = await serverIds();
    });

    test("THEN up completes", () => {
      expect(run).toMatchObject({ ok: true });
    });

    test("THEN both Nodes are Ready", async () => {
      for (const name of [dead, locked]) expect(kube.isReady(await kube.node(name))).toBe(true);
    });
  });

  describe("WHEN both leave, one machine without power, one server locked, and the API server crashes", () => {
    let run: Run;
    beforeAll(async () => {
      await work.replicaSet("guest", { only: [dead] });
      await work.replicaSet("slow", { only: [locked], ending: 8 });
      await work.running(dead, ["guest"]);
      await work.running(locked, ["slow"]);
      await setFault(await faults.machineOf(idOf(dead)), { power: "lost" });
      await faults.lock(idOf(locked));
      run = await meanwhile(project.destroy(), async () => {
        await until("a pod to be asked to end", async () => (await kube.podsOf("slow")).find(work.isEnding));
        await faults.crashApiServer(5);
      });
    });

    test("THEN destroy fails, and says that the server is locked", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toMatch(/locked/);
    });

    test("THEN the server of the machine without power is gone, and the locked one is kept", async () => {
      expect(await serverIds()).toEqual(new Map([[locked, idOf(locked)]]));
    });

    test("THEN the worker that is kept is drained", async () => {
      expect(await work.placedPods("slow")).toEqual([]);
    });
  });

  describe("WHEN the drained machine reboots", () => {
    let before: V1Node | undefined;
    let after: V1Node;
    beforeAll(async () => {
      before = await kube.node(locked);
      const boot = await faults.bootOf(idOf(locked));
      await faults.reboot(idOf(locked));
      await switchedOnAgain(idOf(locked), boot);
      after = await reportedAfter(locked, new Date());
    });

    test("THEN its Node is Ready again", () => {
      expect(kube.isReady(after)).toBe(true);
      expect(after.metadata?.uid).toBe(before?.metadata?.uid);
    });

    test("THEN it stays cordoned, and has no pods", async () => {
      expect(after.spec?.unschedulable).toBe(true);
      expect(await work.placedPods("slow")).toEqual([]);
    });
  });

  test("WHEN the server is unlocked THEN the next destroy completes, and nothing is left of both", async () => {
    await faults.unlock(idOf(locked));
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
