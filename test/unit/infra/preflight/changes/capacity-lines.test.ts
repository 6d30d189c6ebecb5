import { describe, expect, test } from "@jest/globals";
import type { NodeFacts } from "../../../../../infra/discovery/facts.ts";
import { capacityLines } from "../../../../../infra/preflight/changes/capacity-lines.ts";
import type { PlannedChange } from "../../../../../infra/preflight/changes/plan.ts";
import { configOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const infraId = "lab-7x2kq";
const allocatable = { cpu: 3.5, memory: 8 * 2 ** 30 };
const named = (name: string, change: Partial<NodeFacts> = {}): NodeFacts => ({
  ...nodeOf(`${infraId}-${name}`, owner, "v1.34.1"),
  allocatable,
  ...change,
});
const metal = [0, 1, 2, 3].map((i) => named(`metal-${i}`));
const planned = (verdict: PlannedChange["verdict"], ...numbers: number[]): PlannedChange[] =>
  numbers.map((i) => ({ worker: `${infraId}-metal-${i}`, verdict, reason: "" }));
const replaced = (...numbers: number[]): PlannedChange[] => planned("replace, drained", ...numbers);
const linesOf = (nodes: readonly NodeFacts[], changes: readonly PlannedChange[], rollout: object = {}): string[] =>
  capacityLines(configOf({ replicas: 4, rollout }), { infraId, nodes }, changes);

describe("GIVEN a pool of four of the same size", () => {
  test.each<[string, PlannedChange[], object, string[]]>([
    ["nothing leaves", planned("attach", 3), {}, []],
    [
      "one is replaced",
      replaced(1),
      {},
      ["pool metal: its wave takes 1 of 4 serving compute Nodes: 3.5 of 14 CPUs, 8 of 32 GiB of memory"],
    ],
    [
      "all are, two at a time",
      replaced(0, 1, 2, 3),
      { maxUnavailable: 2 },
      ["pool metal: each wave takes at most 2 of 4 serving compute Nodes: 7 of 14 CPUs, 16 of 32 GiB of memory"],
    ],
    [
      "two are detached",
      planned("detach, drained", 2, 3),
      {},
      ["the detach takes 2 of 4 serving compute Nodes: 7 of 14 CPUs, 16 of 32 GiB of memory"],
    ],
  ])("WHEN %s THEN the lines say what the others have to carry", (_, changes, rollout, expected) => {
    expect(linesOf(metal, changes, rollout)).toEqual(expected);
  });
});

test("GIVEN workers of different sizes WHEN they are replaced one by one THEN the largest counts", () => {
  const large = named("metal-2", { allocatable: { cpu: 16, memory: 64 * 2 ** 30 } });
  expect(linesOf([named("metal-0"), named("metal-1"), large], replaced(0, 1, 2))).toEqual([
    "pool metal: each wave takes at most 1 of 3 serving compute Nodes: 16 of 23 CPUs, 64 of 80 GiB of memory",
  ]);
});

test("GIVEN Nodes that run no pods of users, or none now WHEN one leaves THEN they do not count", () => {
  const master = { "node-role.kubernetes.io/master": "" };
  const others = [
    named("master-0", { labels: master }),
    named("other-0", { serving: false }),
    named("compact-0", { labels: { ...master, "node-role.kubernetes.io/worker": "" } }),
  ];
  expect(linesOf([...metal, ...others], planned("detach, drained", 0))).toEqual([
    "the detach takes 1 of 5 serving compute Nodes: 3.5 of 17.5 CPUs, 8 of 40 GiB of memory",
  ]);
});

test("GIVEN a Node that does not report its size WHEN one leaves THEN only their number is told", () => {
  const [first] = metal;
  const nodes = [...metal.slice(1), ...(first ? [{ ...first, allocatable: undefined }] : [])];
  expect(linesOf(nodes, planned("detach, drained", 3))).toEqual(["the detach takes 1 of 4 serving compute Nodes"]);
});
