import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { MaxUnavailable } from "../../../../components/rollout/max-unavailable.ts";
import { surgeNumbers, type SurgeNumbers, surgeOf, waveSize } from "../../../../components/rollout/surge.ts";

test.each<[MaxUnavailable, number, number]>([
  [0, 3, 0],
  [2, 1, 2],
  ["10%", 3, 1],
  ["34%", 3, 2],
  ["100%", 3, 3],
  ["50%", 0, 0],
])("GIVEN maxSurge %s WHEN the pool has %i workers THEN %i may be attached beside them", (given, workers, expected) => {
  expect(surgeOf(given, workers)).toBe(expected);
});

test("GIVEN surge workers WHEN a wave is planned THEN each of them lets one more be out of service", () => {
  expect(waveSize({ maxUnavailable: 0, surge: ["a"] })).toBe(1);
  expect(waveSize({ maxUnavailable: 2, surge: ["a", "b"] })).toBe(4);
  expect(waveSize({ maxUnavailable: 1 })).toBe(1);
});

describe("GIVEN a pool of the numbers 0, 1 and 2 WHEN its surge workers are chosen", () => {
  const numbers = (change: Partial<SurgeNumbers> = {}): number[] =>
    surgeNumbers({
      first: 3,
      maxSurge: 2,
      outdated: 3,
      missing: 0,
      existing: [],
      unrecorded: [],
      isTaken: () => false,
      ...change,
    });

  test.each<[string, Partial<SurgeNumbers>, number[]]>([
    ["the next free numbers", {}, [3, 4]],
    ["none without an outdated worker", { outdated: 0 }, []],
    ["none without an outdated worker, although one exists", { outdated: 0, existing: [3] }, []],
    ["no more than workers are replaced", { outdated: 1 }, [3]],
    ["the one that exists while a worker is out of service", { outdated: 0, missing: 1, existing: [3] }, [3]],
    ["no new one for a worker that is out of service", { outdated: 0, missing: 1 }, []],
    ["each that the state does not have", { outdated: 0, maxSurge: 1, existing: [3, 5], unrecorded: [3, 5] }, [3, 5]],
    ["none without maxSurge", { maxSurge: 0, existing: [3] }, []],
    ["the one that exists first", { maxSurge: 1, existing: [5] }, [5]],
    ["another beside the one that exists", { existing: [4] }, [3, 4]],
    ["no more of those that exist than maxSurge", { maxSurge: 1, existing: [4, 3] }, [3]],
    ["not a number of the pool, which one that exists has become", { existing: [2] }, [3, 4]],
    ["not the name of a worker that is about to be detached", { isTaken: (number) => number === 3 }, [4, 5]],
  ])("THEN %s", (_, change, expected) => {
    expect(numbers(change)).toEqual(expected);
  });

  test("THEN they are as many as promised, and none has the number of another worker", () => {
    const small = fc.nat({ max: 8 });
    fc.assert(
      fc.property(small, small, small, small, fc.uniqueArray(small), fc.uniqueArray(small), (...drawn) => {
        const [first, maxSurge, outdated, missing, existing, taken] = drawn;
        const isTaken = (number: number): boolean => taken.includes(number);
        const found = surgeNumbers({ first, maxSurge, outdated, missing, existing, unrecorded: [], isTaken });
        const stay = existing.filter((number) => number >= first).slice(0, outdated + missing);
        expect(found).toHaveLength(Math.min(maxSurge, Math.max(outdated, stay.length)));
        expect(new Set(found).size).toBe(found.length);
        for (const number of found) {
          expect(number).toBeGreaterThanOrEqual(first);
          if (!existing.includes(number)) expect(isTaken(number)).toBe(false);
        }
        // a command that was interrupted after it had attached all of them goes on with the same
        expect(
          surgeNumbers({ first, maxSurge, outdated, missing, existing: found, unrecorded: [], isTaken: () => true }),
        ).toEqual(found);
      }),
    );
  });
});
