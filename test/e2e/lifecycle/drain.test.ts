/** @shared four workers of a pool of its own, with their pods */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";
import { type } from "../support/typed.ts";
import { meanwhile, until } from "../support/wait.ts";

/** It loses the worker of its highest number first. */
const own = new OwnPool("drain");
const { worker } = own;
const workers = [0, 1, 2, 3].map(worker);
const apps = ["agent", "static", "guarded", "scratch", "bare", "stubborn", "protected", "wanderer"];
/** seconds that the evicted pod takes to end */
const ending = 3;

/** What an error says after its first line: progress lines name pods too. */
const errorOf = ({ output }: Run): string => output.slice(output.lastIndexOf("Diagnostics:"));

const statusOf = async (name: string): Promise<string | undefined> =>
  (await own.servers()).find((server) => server.name === name)?.status;

/** The server runs, and its node takes no more pods. */
async function expectCordoned(name: string): Promise<void> {
  expect(await statusOf(name)).toBe("ACTIVE");
  const node = await kube.node(name);
  expect(kube.isReady(node)).toBe(true);
  expect(node?.spec?.unschedulable).toBe(true);
}

describe("GIVEN four workers with pods of every kind", () => {
  let project: Project;

  const up = async (replicas: number, drain: Config): Promise<Run> => {
    const ignition = { fragments: [work.staticPod("static")] };
    const pool = { name: own.name, replicas, ignition, drain: { timeout: "8s", ...drain } };
    await project.configure({ pools: await project.pools(pool) });
    return project.up();
  };
  const strict = { deleteEmptyDirData: false, force: false };

  beforeAll(async () => {
    project = await Project.create("drain");
    await work.remove(apps);
    succeeded(await up(4, strict));
    await work.daemonSet("agent", { only: workers });
  });
  afterAll(async () => {
    await work.remove(apps);
    await project.destroy();
  });

  describe("WHEN a worker leaves whose pods the policy keeps", () => {
    const name = worker(3);
    let run: Run;
    beforeAll(async () => {
      await work.replicaSet("guarded", { only: [name] });
      await work.replicaSet("scratch", { only: [name], emptyDir: true });
      await work.barePod("bare", { only: [name] });
      await work.running(name, ["agent", "static", "guarded", "scratch", "bare"]);
      await work.budget("guarded", 1);
      run = await up(3, strict);
    });

    test("THEN up fails, and names every such pod and the option that would remove it", () => {
      expect(run).toMatchObject({ ok: false });
      expect(errorOf(run)).toMatch(/pod default\/scratch-\w+ \(ReplicaSet scratch\): .*emptyDir/);
      expect(errorOf(run)).toMatch(/pod default\/bare \(no controller\): .*force/);
      expect(errorOf(run)).toContain("pools[drain].drain.deleteEmptyDirData");
    });

    test("THEN the server is kept, and its node cordoned", () => expectCordoned(name));

    test("THEN no pod is evicted", () => work.running(name, ["guarded", "scratch", "bare"]));
  });

  test("WHEN up finds the worker wanted again THEN it takes pods again", async () => {
    succeeded(await up(4, {}));
    expect((await kube.node(worker(3)))?.spec?.unschedulable ?? false).toBe(false);
  });

  describe("WHEN a disruption budget allows nothing", () => {
    const name = worker(3);
    let run: Run;
    beforeAll(async () => {
      run = await up(3, {});
    });

    test("THEN the drain fails at its deadline, and names the key that sets it", () => {
      expect(run).toMatchObject({ ok: false });
      expect(errorOf(run)).toMatch(/phase "drain" did not finish within 8s \(pools\[drain\]\.drain\.timeout\)/);
    });

    test("THEN it names the pod that is left, its owner and the budget, and no other pod", () => {
      expect(errorOf(run)).toMatch(
        /pod default\/guarded-\w+ \(ReplicaSet guarded\): .*PodDisruptionBudget guarded \(disruptions allowed: 0; healthy: 1 of 1/,
      );
      expect(errorOf(run)).not.toMatch(/pod default\/(scratch|bare|agent|static)/);
    });

    test("THEN the runbook's commands show the same", async () => {
      const pods = await type(
        project,
        `oc get pods --all-namespaces --output wide --field-selector spec.nodeName=${name}`,
      );
      expect(pods).toMatch(/^default +guarded-\w+ /m);
      expect(pods).not.toMatch(/^default +bare /m);
      expect(await type(project, "oc get poddisruptionbudgets --all-namespaces")).toMatch(/^default +guarded .* 0 /m);
    });

    test("THEN the server is kept, and its node cordoned", () => expectCordoned(name));

    test("THEN only the pods that nothing protects are evicted", async () => {
      await work.running(name, ["agent", "static", "guarded"]);
      expect(await kube.podsOf("bare")).toEqual([]);
    });
  });

  describe("WHEN the budget is relaxed", () => {
    let agent: V1Pod | undefined;
    let record: kube.Recording<V1Pod>;
    beforeAll(async () => {
      [agent] = await work.runningOn("agent", worker(3));
      record = await kube.recordPods("agent");
      await work.relax("guarded");
      const run = await project.up();
      record.stop();
      succeeded(run);
    });
    afterAll(() => work.remove(["guarded", "scratch", "bare"]));

    test("THEN the same command completes, and the worker is gone", async () => {
      const others = [0, 1, 2].map(worker);
      expect(await own.serverNames()).toEqual(others);
      expect(await own.nodeNames()).toEqual(others);
    });

    test("THEN the pod of the DaemonSet was never evicted: it went with the Node", () => {
      expect(agent).toBeDefined();
      expect(work.conditionsOf(record, agent).map(({ type }) => type)).not.toContain("DisruptionTarget");
    });
  });

  describe("WHEN eviction is disabled", () => {
    const name = worker(2);
    let record: kube.Recording<V1Pod>;
    let statusAtEnding: string | undefined;
    beforeAll(async () => {
      await work.replicaSet("stubborn", { only: [name], ending });
      await work.running(name, ["stubborn"]);
      await work.budget("stubborn", 1);
      succeeded(await up(3, { disableEviction: true }));
      record = await kube.recordPods("stubborn");
      const leaving = meanwhile(up(2, { disableEviction: true }), async () => {
        await until("the pod to be asked to end", () => Promise.resolve(record.states.find(work.isEnding)));
        statusAtEnding = await statusOf(name);
      });
      const run = await leaving;
      record.stop();
      succeeded(run);
    });
    afterAll(() => work.remove(["stubborn"]));

    test("THEN no budget holds the pods, and the worker is gone", async () => {
      expect(await own.nodeNames()).toEqual([worker(0), worker(1)]);
    });

    test("THEN the server runs while the pod ends", () => {
      expect(statusAtEnding).toBe("ACTIVE");
    });

    test("THEN no pod is evicted", () => {
      expect(work.evictionOf(record)).toBeUndefined();
    });
  });

  describe("WHEN all leave at once", () => {
    let record: kube.Recording<V1Pod>;
    let run: Run;
    beforeAll(async () => {
      await work.replicaSet("wanderer", { only: workers, rather: worker(0) }, 3);
      await work.replicaSet("protected", { only: [worker(1)] });
      await work.running(worker(0), ["wanderer"], 3);
      await work.running(worker(1), ["protected"]);
      await work.budget("protected", 1);
      succeeded(await up(2, { onTimeout: "force" }));
      record = await kube.recordPods("wanderer");
      run = await project.destroy();
      record.stop();
    });

    test("THEN no evicted pod lands on another worker that leaves", () => {
      const hosts = new Set(record.states.map(({ spec }) => spec?.nodeName).filter((node) => node !== undefined));
      expect([...hosts]).toEqual([worker(0)]);
      expect(record.states.some(({ spec }) => spec?.nodeName === undefined)).toBe(true);
    });

    test("THEN at the deadline force deletes what a budget holds, with a warning", () => {
      expect(run.output).toContain(
        `warning: node ${worker(1)}: phase "drain" timed out, and pools[drain].drain.onTimeout is force`,
      );
    });

    test("THEN destroy completes, and nothing is left", async () => {
      expect(run).toMatchObject({ ok: true });
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
