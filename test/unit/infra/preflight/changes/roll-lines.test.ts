import { expect, test } from "@jest/globals";
import type { PlannedChange } from "../../../../../infra/preflight/changes/plan.ts";
import { rollLines } from "../../../../../infra/preflight/changes/roll-lines.ts";
import type { NodeFacts } from "../../../../../infra/discovery/facts.ts";
import { configOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const infraId = "lab-7x2kq";
const name = (i: number): string => `${infraId}-metal-${i}`;
const node = (i: number, minute: number, serving = true): NodeFacts => ({
  ...nodeOf(name(i), owner, "v1.34.1"),
  serving,
  created: `2026-01-01T00:0${minute}:00Z`,
  readySince: `2026-01-01T00:0${minute}:00Z`,
});
const replaced = (...numbers: number[]): PlannedChange[] =>
  numbers.map((i) => ({ worker: name(i), verdict: "replace, drained", reason: "" }));
const serving = [0, 1, 2, 3].map((i) => node(i, 1));
const canary = { count: 1, soak: "10m" };

test("GIVEN a surge worker that is attached WHEN workers are replaced THEN the line says after whom, and how many at a time", () => {
  const config = configOf({ replicas: 4, rollout: { maxUnavailable: 1, maxSurge: 1 } });
  const pools = config.pools.map((pool) => ({ ...pool, rollout: { ...pool.rollout, surge: [name(4)] } }));
  expect(rollLines({ pools }, { infraId, nodes: serving }, replaced(0, 1, 2, 3))).toEqual([
    `pool metal: 4 serving workers replaced in 2 waves of at most 2, after ${name(4)} serves as surge worker`,
  ]);
});

test("GIVEN an edit of some workers alone WHEN another is younger than these THEN it is no canary that is done", () => {
  const changes = replaced(1, 2).map((change) => ({ ...change, isOwnEdit: true as const }));
  const nodes = [node(0, 5), ...serving.slice(1)];
  expect(rollLines(configOf({ replicas: 4, rollout: { canary } }), { infraId, nodes }, changes)).toEqual([
    `pool metal: 2 serving workers replaced in 2 waves of at most 1; canary: ${name(1)}, Ready for 10m before the others are replaced`,
  ]);
});

test.each<[string, object, NodeFacts[], PlannedChange[], string | undefined]>([
  ["nothing is replaced", {}, serving, [], undefined],
  ["none of them serves", {}, [node(0, 1, false)], replaced(0), undefined],
  ["one is replaced", {}, serving, replaced(2), "pool metal: 1 serving worker replaced in 1 wave of at most 1"],
  [
    "all are, half of them at a time",
    { maxUnavailable: "50%" },
    serving,
    replaced(0, 1, 2, 3),
    "pool metal: 4 serving workers replaced in 2 waves of at most 2",
  ],
  [
    "a canary goes first",
    { maxUnavailable: "50%", canary },
    serving,
    replaced(0, 1, 2, 3),
    `pool metal: 4 serving workers replaced in 3 waves of at most 2; canary: ${name(0)}, Ready for 10m before the others are replaced`,
  ],
  [
    "a canary has been replaced",
    { maxUnavailable: 3, canary },
    [node(0, 5), ...serving.slice(1)],
    replaced(1, 2, 3),
    `pool metal: 3 serving workers replaced in 2 waves of at most 3; canary: ${name(0)} (replaced already), Ready for 10m before the others are replaced`,
  ],
  [
    "nobody waits for the canary",
    { canary },
    serving,
    replaced(2),
    `pool metal: 1 serving worker replaced in 1 wave of at most 1; canary: ${name(2)}`,
  ],
  [
    "a canary that has been replaced is not Ready",
    { maxUnavailable: 3, canary },
    [node(0, 5, false), ...serving.slice(1)],
    replaced(1, 2, 3),
    `pool metal: 3 serving workers to replace, but the roll stops at its canary as long as ${name(0)} (replaced already) is not Ready`,
  ],
])("GIVEN a pool of four WHEN %s THEN the line of the roll says so", (_, rollout, nodes, changes, expected) => {
  const config = configOf({ replicas: 4, rollout });
  expect(rollLines(config, { infraId, nodes }, changes)).toEqual(expected === undefined ? [] : [expected]);
});
