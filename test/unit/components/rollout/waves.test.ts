import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Rollout, waves } from "../../../../components/rollout/waves.ts";

describe("GIVEN a pool (design.md 11) WHEN its workers are declared", () => {
  const one = { maxUnavailable: 1, ignore: [] };

  test.each<[string, string[], string[], string[][]]>([
    ["none", [], [], []],
    ["all new: side by side", ["a", "b", "c"], [], [["a", "b", "c"]]],
    ["all serving: one after the other", ["a", "b"], ["b", "a"], [["a"], ["b"]]],
    ["one out: it comes first", ["a", "b", "c"], ["a", "c"], [["b"], ["a"], ["c"]]],
    ["Nodes of others do not count", ["a"], ["x"], [["a"]]],
  ])("%s", (_, workers, serving, expected) => {
    expect(waves(workers, new Set(serving), one)).toEqual(expected);
  });

  test.each<[string, string[], Rollout, string[][]]>([
    ["two at a time", ["a", "b", "c"], { maxUnavailable: 2, ignore: [] }, [["a", "b"], ["c"]]],
    ["all at once", ["a", "b", "c"], { maxUnavailable: 9, ignore: [] }, [["a", "b", "c"]]],
    ["one that is out and ignored comes last", ["b", "c"], { maxUnavailable: 1, ignore: ["a"] }, [["b"], ["c"], ["a"]]],
    [
      "a surge worker that has yet to serve comes first, and lets one more be out",
      ["a", "b"],
      { maxUnavailable: 1, ignore: [], surge: ["c"] },
      [["c"], ["a", "b"]],
    ],
    [
      "nobody out without a surge worker: one at a time, each of which the roll refuses",
      ["a", "b", "c"],
      { maxUnavailable: 0, ignore: [] },
      [["a"], ["b"], ["c"]],
    ],
    ["one that serves is not ignored", ["a", "b", "c"], { maxUnavailable: 1, ignore: ["a"] }, [["a"], ["b"], ["c"]]],
  ])("%s", (_, serving, rollout, expected) => {
    expect(waves(["a", "b", "c"], new Set(serving), rollout)).toEqual(expected);
  });

  test("THEN each worker is in one wave, none holds too many serving ones, and none of these goes before one that is out", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 12 });
    const picks = fc.array(fc.nat({ max: 11 }));
    fc.assert(
      fc.property(names, picks, picks, fc.integer({ min: 1, max: 5 }), (workers, up, skipped, maxUnavailable) => {
        const serving = new Set(up.flatMap((pick) => workers[pick] ?? []));
        const ignore = skipped.flatMap((pick) => workers[pick] ?? []);
        const plan = waves(workers, serving, { maxUnavailable, ignore });
        expect(plan.flat().sort()).toEqual([...workers].sort());
        const awaited = plan.findLastIndex((wave) => wave.some((name) => !serving.has(name) && !ignore.includes(name)));
        expect(awaited).toBeLessThanOrEqual(0);
        for (const wave of plan) {
          const inService = wave.filter((name) => serving.has(name));
          expect(inService.length).toBeLessThanOrEqual(maxUnavailable);
          expect([0, wave.length]).toContain(inService.length);
        }
      }),
    );
  });
});
