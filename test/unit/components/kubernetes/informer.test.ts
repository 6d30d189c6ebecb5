import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoff } from "../../../../components/kubernetes/informer.ts";
import { refreshInterval } from "../../../../components/node/operation/phases.ts";

describe("GIVEN a watch that ended", () => {
  test.each([
    [0, 0.5, 0],
    [1, 0, 100],
    [1, 1, 200],
    [2, 1, 400],
    [4, 0, 800],
    [7, 1, 10_000],
    [50, 0, 5_000],
  ])("WHEN %i attempts failed and chance says %d THEN the next comes after %i ms", (failures, random, expected) => {
    expect(backoff(failures, random)).toBe(expected);
  });

  test("THEN no wait is longer than 10 s, and none after a failure is nothing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const wait = backoff(failures, random);
          expect(wait).toBeGreaterThanOrEqual(100);
          expect(wait).toBeLessThanOrEqual(10_000);
        },
      ),
    );
  });
});

test.each([
  ["one that has begun", 0, 1, 1_000],
  ["one that takes minutes", 60_000, 1, 5_000],
  ["one that takes long", 600_000, 20, 30_000],
  ["one of five hundred", 0, 500, 25_000],
  ["one of five hundred that takes long", 600_000, 500, 30_000],
])(
  "GIVEN a phase, %s, WHEN its line was shown THEN it is shown again after a while",
  (_, elapsed, phases, expected) => {
    expect(refreshInterval(elapsed, phases)).toBe(expected);
  },
);
