import { expect, test } from "@jest/globals";
import { lookInterval } from "../../../../../components/node/leftovers/removal-watch.ts";

test.each([
  [1, 1_000],
  [10, 1_000],
  [11, 2_000],
  [200, 20_000],
])("GIVEN %d servers that are watched WHEN one is looked at THEN the next look at it is %d ms later", (watched, ms) => {
  expect(lookInterval(watched)).toBe(ms);
});
