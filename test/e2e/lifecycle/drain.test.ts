import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { type Config, Project } from "../support/project.ts";
import { until } from "../support/wait.ts";
import * as work from "../support/cluster/workloads.ts";

/** Worker i of the pool, which loses its highest number first. */
const worker = (i: number): string => `${lab.infraId}-drain-${i}`;
const apps = ["agent", "static", "guarded", "scratch", "bare", "stubborn", "protected", "wanderer"];
/** seconds that the evicted pod takes to end */
const ending = 3;

/** What an error says after its first line: progress lines name pods too. */
const errorOf = (output: string): string => output.slice(output.lastIndexOf("Diagnostics:"));

describe("GIVEN four workers with pods of every kind", () => {
  let project: Project;

  /** What the next commands find in the stack file. */
  const configure = async (replicas: number, drain: Config): Promise<void> => {
    const fragments = [work.staticPod("static")];
    const ignition = { urlLifetime: "10m", fragments };
    const pool = { name: "drain", replicas, ignition, drain: { timeout: "8s", ...drain } };
    await project.configure({ pools: await project.pools(pool) });
  };
  const up = async (replicas: number, drain: Config) => {
    await configure(replicas, drain);
    return project.up();
  };
  const strict = { deleteEmptyDirData: false, force: false };

  /** The server runs, and its node takes no more pods. */
  async function untouched(name: string): Promise<void> {
    expect((await cloud.servers()).find((server) => server.name === name)).toMatchObject({ status: "ACTIVE" });
    const node = await kube.node(name);
    expect(node && kube.isReady(node)).toBe(true);
    expect(node?.spec?.unschedulable).toBe(true);
  }

  beforeAll(async () => {
    project = await Project.create("drain");
    await work.remove(apps);
    expect(await up(4, strict)).toMatchObject({ ok: true });
    await work.daemonSet("agent");
  });
  afterAll(async () => {
    await work.remove(apps);
    await project.destroy();
  });

  test("WHEN a worker leaves whose pods the policy keeps THEN it fails at once, names them all and evicts none", async () => {
    const name = worker(3);
    await work.replicaSet("guarded", { only: name });
    await work.replicaSet("scratch", { only: name, emptyDir: true });
    await work.barePod("bare", { only: name });
    await work.running(name, ["agent", "static", "guarded", "scratch", "bare"]);
    await work.budget("guarded", 1);
    const run = await up(3, strict);
    expect(run).toMatchObject({ ok: false });
    expect(errorOf(run.output)).toMatch(/pod default\/scratch-\w+ \(ReplicaSet scratch\): .*emptyDir/);
    expect(errorOf(run.output)).toMatch(/pod default\/bare \(no controller\): .*force/);
    expect(errorOf(run.output)).toContain("pools[drain].drain.deleteEmptyDirData");
    await untouched(name);
    await work.running(name, ["guarded", "scratch", "bare"]);
  });

  test("WHEN up finds it wanted again THEN it takes pods again", async () => {
    expect(await up(4, {})).toMatchObject({ ok: true });
    expect((await kube.node(worker(3)))?.spec?.unschedulable ?? false).toBe(false);
  });

  test("WHEN a disruption budget allows nothing THEN the drain fails at its deadline and names pod, owner and budget", async () => {
    const name = worker(3);
    const run = await up(3, {});
    expect(run).toMatchObject({ ok: false });
    expect(errorOf(run.output)).toMatch(/phase "drain" did not finish within 8s \(pools\[drain\]\.drain\.timeout\)/);
    expect(errorOf(run.output)).toMatch(
      /pod default\/guarded-\w+ \(ReplicaSet guarded\): .*PodDisruptionBudget guarded \(disruptions allowed: 0; healthy: 1 of 1/,
    );
    expect(errorOf(run.output)).not.toMatch(/pod default\/(scratch|bare|agent|static)/);
    await untouched(name);
    await work.running(name, ["agent", "static", "guarded"]);
    expect(await kube.podsOf("bare")).toEqual([]);
  });

  test("WHEN the budget is relaxed THEN the same command completes, and the pods of DaemonSets were let alone", async () => {
    const name = worker(3);
    const [agent] = await work.runningOn("agent", name);
    const record = await kube.recordPods("agent");
    await work.relax("guarded");
    expect(await project.up()).toMatchObject({ ok: true });
    record.stop();
    expect((await cloud.servers()).map((server) => server.name).sort()).toEqual([0, 1, 2].map(worker));
    expect(await kube.nodeNames()).toEqual([0, 1, 2].map(worker));
    // that of the DaemonSet was never evicted: it went with the Node
    const states = record.states.filter(({ metadata }) => metadata?.uid === agent?.metadata?.uid);
    expect(states.flatMap(({ status }) => status?.conditions ?? []).map(({ type }) => type)).not.toContain(
      "DisruptionTarget",
    );
    await work.remove(["guarded", "scratch", "bare"]);
  });

  test("WHEN eviction is disabled THEN no budget holds the pods, and their grace is still waited for", async () => {
    const name = worker(2);
    await work.replicaSet("stubborn", { only: name, ending });
    await work.running(name, ["stubborn"]);
    await work.budget("stubborn", 1);
    expect(await up(3, { disableEviction: true })).toMatchObject({ ok: true });
    const record = await kube.recordPods("stubborn");
    const leaving = up(2, { disableEviction: true });
    await until("the pod to be asked to end", () =>
      Promise.resolve(record.states.find(({ metadata }) => metadata?.deletionTimestamp !== undefined)),
    );
    expect((await cloud.servers()).find((server) => server.name === name)).toMatchObject({ status: "ACTIVE" });
    expect(await leaving).toMatchObject({ ok: true });
    record.stop();
    expect(record.states.flatMap(({ status }) => status?.conditions ?? [])).not.toContainEqual(
      expect.objectContaining({ reason: "EvictionByEvictionAPI" }),
    );
    expect(await kube.nodeNames()).toEqual([worker(0), worker(1)]);
    await work.remove(["stubborn"]);
  });

  test("WHEN all leave at once THEN no evicted pod lands on another that leaves, and at the deadline force wins", async () => {
    await work.replicaSet("wanderer", { rather: worker(0) }, 3);
    await work.replicaSet("protected", { only: worker(1) });
    await work.running(worker(0), ["wanderer"], 3);
    await work.running(worker(1), ["protected"]);
    await work.budget("protected", 1);
    expect(await up(2, { onTimeout: "force" })).toMatchObject({ ok: true });
    const record = await kube.recordPods("wanderer");
    const run = await project.destroy();
    record.stop();
    expect(run).toMatchObject({ ok: true });
    const hosts = new Set(record.states.map(({ spec }) => spec?.nodeName).filter((node) => node !== undefined));
    expect([...hosts]).toEqual([worker(0)]);
    expect(record.states.some(({ spec }) => spec?.nodeName === undefined)).toBe(true);
    expect(run.output).toContain(
      `warning: node ${worker(1)}: phase "drain" timed out, and pools[drain].drain.onTimeout is force`,
    );
    expect(await leftovers()).toEqual([]);
  });
});
