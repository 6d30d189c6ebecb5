import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { clearFault, setFault } from "../../lab/metal/faults.ts";
import { cluster as lab, machines } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as faults from "../support/machines/faults.ts";
import { Project } from "../support/project.ts";
import { until } from "../support/wait.ts";
import * as work from "../support/cluster/workloads.ts";

const dead = `${lab.infraId}-trouble-1`;
const locked = `${lab.infraId}-trouble-0`;

describe("GIVEN a cluster and machines that fail while workers come and go", () => {
  let project: Project;
  let ids: Map<string, string>;
  const servers = async (): Promise<Map<string, string>> =>
    new Map((await cloud.servers()).map(({ name, id }) => [name, id]));
  const idOf = (name: string): string => ids.get(name) ?? "";

  beforeAll(async () => {
    project = await Project.create("trouble");
    await work.remove(["guest", "slow"]);
    await project.configure({ pools: await project.pools({ name: "trouble", drain: { timeout: "90s" } }) });
  });
  afterAll(async () => {
    for (const id of (await servers()).values()) await faults.unlock(id);
    for (const machine of machines) await clearFault(machine);
    await work.remove(["guest", "slow"]);
    await project.destroy();
  });

  test("WHEN the API server crashes while the machines boot THEN up completes", async () => {
    const attaching = project.start("up");
    await until("the join to begin", () => Promise.resolve(/ boot: \d+s of/.exec(attaching.output()) ?? undefined));
    await faults.crashApiServer(5);
    expect(await attaching.ended).toMatchObject({ ok: true });
    for (const name of [dead, locked]) {
      const node = await kube.node(name);
      expect(node && kube.isReady(node)).toBe(true);
    }
    ids = await servers();
  });

  test("WHEN one machine has lost power and the other's server cannot be deleted THEN the first is gone and the second stays drained", async () => {
    await work.replicaSet("guest", { only: dead });
    await work.replicaSet("slow", { only: locked, ending: 8 });
    await work.running(dead, ["guest"]);
    await work.running(locked, ["slow"]);
    await setFault(await faults.machineOf(idOf(dead)), { power: "lost" });
    await faults.lock(idOf(locked));
    const leaving = project.start("destroy");
    // the cluster's API server crashes during the drain as well
    await until("a pod to be asked to end", async () =>
      (await kube.podsOf("slow")).find(({ metadata }) => metadata?.deletionTimestamp !== undefined),
    );
    await faults.crashApiServer(5);
    const run = await leaving.ended;
    expect(run).toMatchObject({ ok: false });
    expect(run.output).toMatch(/locked/);
    expect(await servers()).toEqual(new Map([[locked, idOf(locked)]]));
    expect((await kube.podsOf("slow")).filter(({ spec }) => spec?.nodeName !== undefined)).toEqual([]);
  });

  test("WHEN the drained machine reboots THEN its node comes back and stays cordoned", async () => {
    const before = await kube.node(locked);
    const boot = await faults.bootOf(idOf(locked));
    await faults.reboot(idOf(locked));
    await until("the machine to be switched on again", async () => {
      const now = await faults.bootOf(idOf(locked));
      return now !== boot && now !== undefined ? now : undefined;
    });
    const since = new Date();
    const after = await until("the node to report itself again", async () => {
      const node = await kube.node(locked);
      const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
      return (ready?.lastHeartbeatTime ?? since) > since ? node : undefined;
    });
    expect(kube.isReady(after)).toBe(true);
    expect(after.metadata?.uid).toBe(before?.metadata?.uid);
    expect(after.spec?.unschedulable).toBe(true);
    expect((await kube.podsOf("slow")).filter(({ spec }) => spec?.nodeName !== undefined)).toEqual([]);
  });

  test("WHEN the server is unlocked THEN the next destroy completes, and nothing is left of both", async () => {
    await faults.unlock(idOf(locked));
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
