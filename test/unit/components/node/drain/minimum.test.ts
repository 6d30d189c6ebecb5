import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type DrainAge, minDrainTime, remainingDrainTime } from "../../../../../components/node/drain/minimum.ts";

const now = 1_000_000_000;
const minute = 60_000;
const age = (changes: Partial<DrainAge>): DrainAge => ({
  seen: undefined,
  cordoned: undefined,
  now,
  timeout: 30 * minute,
  ...changes,
});

describe("GIVEN a cordoned node without pods, WHEN it is asked how long it is watched for late ones", () => {
  test.each<[string, Partial<DrainAge>, number]>([
    ["the cordon has not come back on the watch: all of it", {}, 5_000],
    ["cordoned at this moment: all of it", { seen: now, cordoned: now }, 5_000],
    ["cordoned 2 s ago: the rest", { seen: now - 2_000, cordoned: now - 2_000 }, 3_000],
    ["cordoned 5 s ago: no longer", { seen: now - 5_000 }, 0],
    ["cordoned by the pool's membership, long before its turn: no longer", { seen: now - 10 * minute }, 0],
    ["cordoned by an earlier command: no longer", { seen: now, cordoned: now - 10 * minute }, 0],
    ["cordoned by an earlier command just now: all of it", { seen: now, cordoned: now - 10_000 }, 5_000],
    ["the API server's clock is behind by less than a minute: all of it", { seen: now, cordoned: now - 59_000 }, 5_000],
    ["the API server's clock is ahead: by what was seen here", { seen: now - 4_000, cordoned: now + minute }, 1_000],
    ["a drain of 4 s: half of it", { seen: now, timeout: 4_000 }, 2_000],
    ["a drain of 4 s, after 1 s", { seen: now - 1_000, timeout: 4_000 }, 1_000],
    ["another minimum", { seen: now - 1_000, minimum: 3_000 }, 2_000],
    ["no minimum", { seen: now, minimum: 0 }, 0],
  ])("THEN %s", (_, changes, expected) => {
    expect(remainingDrainTime(age(changes))).toBe(expected);
  });

  test("THEN it is never longer than the minimum or half of the drain, and has an end", () => {
    const time = fc.option(fc.integer({ min: now - 10 * minute, max: now + 10 * minute }), { nil: undefined });
    const timeout = fc.integer({ min: 1, max: 60 * minute });
    fc.assert(
      fc.property(time, time, timeout, (seen, cordoned, limit) => {
        const left = remainingDrainTime(age({ seen, cordoned, timeout: limit }));
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThanOrEqual(Math.min(minDrainTime, limit / 2));
        if (seen !== undefined) {
          expect(remainingDrainTime(age({ seen, cordoned, timeout: limit, now: seen + minDrainTime }))).toBe(0);
        }
      }),
    );
  });
});
