import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { waves } from "../../../components/rollout/waves.ts";

describe("GIVEN a pool (design.md 11) WHEN its workers are declared", () => {
  test.each<[string, string[], string[], string[][]]>([
    ["none", [], [], []],
    ["all new: side by side", ["a", "b", "c"], [], [["a", "b", "c"]]],
    ["all serving: one after the other", ["a", "b"], ["b", "a"], [["a"], ["b"]]],
    ["one out: it comes first", ["a", "b", "c"], ["a", "c"], [["b"], ["a"], ["c"]]],
    ["Nodes of others do not count", ["a"], ["x"], [["a"]]],
  ])("%s", (_, workers, serving, expected) => {
    expect(waves(workers, new Set(serving))).toEqual(expected);
  });

  test("THEN each worker is in one wave, no wave holds two serving ones, and none goes before one that is out", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 12 });
    fc.assert(
      fc.property(names, fc.array(fc.nat({ max: 11 })), (workers, picks) => {
        const serving = new Set(picks.flatMap((pick) => workers[pick] ?? []));
        const plan = waves(workers, serving);
        expect(plan.flat().sort()).toEqual([...workers].sort());
        for (const [i, wave] of plan.entries()) {
          const inService = wave.filter((name) => serving.has(name));
          expect(inService.length).toBeLessThanOrEqual(1);
          if (inService.length > 0) expect(wave).toHaveLength(1);
          if (i > 0) expect(wave.every((name) => serving.has(name))).toBe(true);
        }
      }),
    );
  });
});
