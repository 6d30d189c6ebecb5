import { describe, expect, test } from "@jest/globals";
import type { PlannedChange } from "../../../../../infra/preflight/changes/plan.ts";
import { parallelism, roundsLine } from "../../../../../infra/preflight/changes/rounds.ts";

const changes = (verdict: PlannedChange["verdict"], count: number, pool = "metal"): PlannedChange[] =>
  Array.from({ length: count }, (_, i) => {
    const worker = { name: `lab-${pool}-${i}` } as NonNullable<PlannedChange["place"]>["worker"];
    const place = { pool: `pools[${pool}]`, worker };
    return { worker: worker.name, verdict, reason: "", ...(verdict !== "detach, drained" && { place }) };
  });
const limits = [
  { configPath: "pools[metal]", maxUnavailable: 2 },
  { configPath: "pools[gpu]", maxUnavailable: 1 },
];

describe("GIVEN workers that Pulumi works on, eight at a time", () => {
  test.each<[string, PlannedChange[], string | undefined]>([
    ["none", [], undefined],
    ["as many as it takes", changes("attach", 8), undefined],
    ["one more", changes("attach", 9), "9 workers could be worked on at once, but Pulumi takes 8 at a time: 2 rounds"],
    ["three rounds to detach", changes("detach, drained", 17), "17 workers could"],
    ["a roll of many, which takes two at a time", changes("replace, drained", 40), undefined],
    [
      "rolls of two pools beside new workers",
      [...changes("attach", 6), ...changes("replace, drained", 9), ...changes("replace, drained", 9, "gpu")],
      "9 workers could",
    ],
    ["kept ones", changes("kept", 40), undefined],
  ])("WHEN they are %s THEN the rounds are said or not", (_, given, expected) => {
    const line = roundsLine(given, limits, 8);
    if (expected === undefined) expect(line).toBeUndefined();
    else expect(line).toContain(expected);
  });

  test("THEN the line says what to type for one round", () => {
    expect(roundsLine(changes("attach", 20), limits, 8)).toMatch(
      /3 rounds.*pulumi up --parallel 20 \(or PULUMI_PARALLEL=20\)$/,
    );
  });
});

test.each([
  ["8", 8],
  ["2147483647", undefined],
  ["0", undefined],
  ["-1", undefined],
  ["", undefined],
  [undefined, undefined],
])("GIVEN PULUMI_NODEJS_PARALLEL=%s THEN the bound is %s", (given, expected) => {
  expect(parallelism({ PULUMI_NODEJS_PARALLEL: given })).toBe(expected);
});

test("GIVEN no bound THEN nothing is said", () => {
  expect(roundsLine(changes("attach", 500), limits, undefined)).toBeUndefined();
});
