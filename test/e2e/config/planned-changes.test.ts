/** @shared a worker of a pool of its own, with workloads that may run nowhere else */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type PlanDocument, planDocument } from "../../../infra/cli/plan-document.ts";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as work from "../support/cluster/workloads.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

const own = new OwnPool("reviewed");
const name = own.worker(0);
const apps = ["reviewed-web", "reviewed-debug"] as const;
const [web, debug] = apps;

describe("GIVEN a worker with a protected ReplicaSet and a pod of nobody's", () => {
  const cleanup = new Cleanup();
  let project: Project;
  const configure = async (change: Config): Promise<void> => {
    await project.configure({ pools: await project.pools({ name: own.name, replicas: 1, ...change }) });
  };
  const plan = async (): Promise<PlanDocument> => {
    const { output } = await project.preflight("--json");
    return planDocument.parse(JSON.parse(output));
  };
  const actionOf = async (): Promise<unknown> => (await plan()).workers.find((each) => each.name === name)?.action;

  beforeAll(async () => {
    await work.remove(apps);
    project = await Project.withPool("planned-changes", { name: own.name, replicas: 1 });
    cleanup.push(async () => {
      await project.destroy();
    });
    succeeded(await project.up());
    cleanup.push(() => work.remove(apps));
    await work.replicaSet(web, { only: [name] }, 2);
    await work.barePod(debug, { only: [name], emptyDir: true });
    await work.running(name, [web], 2);
    await work.running(name, [debug]);
    await work.budget(web, 2);
  });
  afterAll(cleanup.run);

  test("WHEN nothing is edited THEN the plan does nothing with it", async () => {
    expect(await plan()).toMatchObject({ exitCode: 0, inPlaceKnown: true });
    expect(await actionOf()).toBe("none");
  });

  test("WHEN a label is edited THEN the plan has a change in place, with its reason", async () => {
    await configure({ labels: { "example.com/rack": "r1" } });
    const { workers } = await plan();
    expect(workers).toMatchObject([{ name, action: "change in place", drain: null }]);
    expect(workers[0]?.reason).toContain("label example.com/rack");
  });

  describe("WHEN it is to leave", () => {
    beforeAll(() => configure({ replicas: 0 }));

    test("THEN the preview names its pods by owner, the budget, the pod of nobody's, its data, and the capacity", async () => {
      const { output } = await project.preview();
      const line = output.split("\n").find((text) => text.includes(`${name}: evicts`));
      expect(line).toContain("evicts 3 pods (ReplicaSet 2, without controller 1)");
      expect(line).toContain(`nobody recreates default/${debug}`);
      expect(line).toContain(`emptyDir data ends of default/${debug}`);
      expect(line).toContain(`PodDisruptionBudget without a disruption left: default/${web}`);
      expect(output).toMatch(/the detach takes 1 of \d+ serving compute Nodes: [\d.]+ of [\d.]+ CPUs/);
    });

    test("THEN preflight prints the same lines, and its JSON has them as data", async () => {
      expect((await project.preflight()).output).toContain(`${name}: evicts 3 pods`);
      const { workers } = await plan();
      expect(workers).toMatchObject([{ name, pool: own.name, action: "detach" }]);
      expect(workers[0]?.drain).toMatchObject({ blockedPods: [], exhaustedBudgets: [`default/${web}`] });
      expect(workers[0]?.drain?.evictedPods).toHaveLength(3);
    });
  });

  test("WHEN it is to be replaced by a policy that gives up no emptyDir THEN the preview names the pod and the key", async () => {
    await configure({ image: openstack.nextImage, drain: { timeout: "8s", deleteEmptyDirData: false } });
    const { output } = await project.preview();
    expect(output).toContain(`the drain refuses default/${debug} (pools[${own.name}].drain.deleteEmptyDirData)`);
    expect(output).toMatch(new RegExp(`pool ${own.name}: its wave takes 1 of \\d+ serving compute Nodes`));
  });

  test("WHEN it is to be replaced THEN the preview says how long that is expected to take, and the plan has it as data", async () => {
    await configure({ image: openstack.nextImage });
    const { output } = await project.preview();
    expect(output).toMatch(
      new RegExp(
        `expected duration: about \\S+, .*\\(pool ${own.name} \\S+, as its last join took, drains of at most \\S+\\)`,
      ),
    );
    const { expectedDuration } = await plan();
    expect(expectedDuration).toMatchObject({
      pools: [{ pool: own.name, rounds: 1, joins: 1, drains: 1 }],
      unknown: [],
    });
  });
});
