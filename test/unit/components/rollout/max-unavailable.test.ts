import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type MaxUnavailable,
  percentagePattern,
  workersAtOnce,
} from "../../../../components/rollout/max-unavailable.ts";

test.each<[MaxUnavailable, number, number]>([
  [2, 10, 2],
  [2, 1, 2],
  ["50%", 4, 2],
  ["50%", 3, 1],
  ["25%", 7, 1],
  ["1%", 3, 1],
  ["29%", 100, 29],
  ["99%", 10, 9],
  ["100%", 10, 10],
  ["100%", 0, 1],
])("GIVEN maxUnavailable %s WHEN the pool has %i workers THEN %i may be out", (given, workers, expected) => {
  expect(workersAtOnce(given, workers)).toBe(expected);
});

test("GIVEN a percentage WHEN a pool has workers THEN it stands for one of them at least, for all at most, and never for more than its share", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1000 }), (percent, workers) => {
      const given = `${percent}%`;
      expect(given).toMatch(percentagePattern);
      const count = workersAtOnce(given, workers);
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(workers);
      if (count > 1) expect(count * 100).toBeLessThanOrEqual(percent * workers);
    }),
  );
});

test.each(["0%", "101%", "25", "-5%", "2.5%", "025%", "25 %", ""])(
  "GIVEN the text %j WHEN it is read THEN it is no percentage",
  (given) => {
    expect(given).not.toMatch(percentagePattern);
  },
);
