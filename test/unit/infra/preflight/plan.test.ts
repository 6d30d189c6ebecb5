import { describe, expect, test } from "@jest/globals";
import type { DrainImpact } from "../../../../infra/preflight/changes/drain-impact.ts";
import { noImpact } from "../../../../infra/preflight/changes/impact.ts";
import type { PlannedChange } from "../../../../infra/preflight/changes/plan.ts";
import { planOf, planSchema } from "../../../../infra/preflight/plan.ts";
import { configOf, nodeOf, owner } from "../../../support/preflight-facts.ts";

const infraId = "lab-7x2kq";
const name = (i: number): string => `${infraId}-metal-${i}`;
const nodes = [0, 1, 2].map((i) => nodeOf(name(i), owner, "v1.34.1"));
const config = configOf({ replicas: 3, rollout: { maxUnavailable: 2 } });
const change = (worker: string, verdict: PlannedChange["verdict"]): PlannedChange => ({
  worker,
  verdict,
  reason: "why",
});
const planWith = (changes: readonly PlannedChange[], impact = noImpact) =>
  planSchema.parse(planOf(config, { infraId, nodes }, changes, impact, undefined));

describe("GIVEN a pool of three", () => {
  test("WHEN nothing changes THEN each is there, and nothing is done with it", () => {
    expect(planWith([])).toEqual({
      workers: [0, 1, 2].map((i) => ({ name: name(i), pool: "metal", action: "none", reason: null, drain: null })),
      rollouts: [],
      impact: [],
      expectedDuration: null,
    });
  });

  test.each<[PlannedChange["verdict"], string]>([
    ["attach", "attach"],
    ["taken over", "take over"],
    ["adopt", "adopt"],
    ["detach, drained", "detach"],
    ["replace, drained", "replace"],
    ["replace", "replace"],
    ["refuse", "refuse"],
    ["kept", "none"],
    ["readmit", "change in place"],
  ])("WHEN the verdict on one is %p THEN its action is %p, with the reason", (verdict, action) => {
    expect(planWith([change(name(1), verdict)]).workers[1]).toMatchObject({ name: name(1), action, reason: "why" });
  });

  test("WHEN others leave that the config does not have THEN they follow, with their pool if its name tells it", () => {
    const gone = [`${infraId}-metal-7`, `${infraId}-old-0`];
    const { workers } = planWith(gone.map((worker) => change(worker, "detach, drained")));
    expect(workers.slice(3).map(({ name: worker, pool }) => [worker, pool])).toEqual([
      [gone[0], "metal"],
      [gone[1], null],
    ]);
  });

  test("WHEN all are replaced THEN the waves have their names", () => {
    const { rollouts } = planWith([0, 1, 2].map((i) => change(name(i), "replace, drained")));
    expect(rollouts).toEqual([{ pool: "metal", maxUnavailable: 2, surge: [], waves: [[name(0), name(1)], [name(2)]] }]);
  });

  test("WHEN one is drained THEN what its drain finds is with it, null for what could not be read", () => {
    const found: DrainImpact = {
      worker: name(0),
      evicted: [{ name: "shop/debug", owner: undefined, finished: false, emptyDir: true }],
      blocked: [{ pod: "shop/debug", key: "pools[metal].drain.force" }],
      exhaustedBudgets: undefined,
      severalBudgets: undefined,
      localVolumes: ["shop/data"],
      attached: [],
    };
    const plan = planWith([change(name(0), "replace, drained")], { drains: [found], lines: ["a line"] });
    expect(plan.impact).toEqual(["a line"]);
    expect(plan.workers[0]?.drain).toEqual({
      evictedPods: [{ name: "shop/debug", owner: null, finished: false, emptyDir: true }],
      blockedPods: [{ pod: "shop/debug", key: "pools[metal].drain.force" }],
      exhaustedBudgets: null,
      podsOfSeveralBudgets: null,
      localVolumes: ["shop/data"],
      attachedVolumes: [],
    });
  });
});
