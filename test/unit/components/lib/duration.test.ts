import { expect, test } from "@jest/globals";
import { humanDuration } from "../../../../components/lib/duration.ts";

test.each([
  [0.4, "0s"],
  [59.6, "1m"],
  [150, "2m30s"],
  [3600, "1h"],
  [3900, "1h5m"],
  [3601, "1h"],
])("GIVEN %d humanDuration, WHEN they are told, THEN it is %s", (value, expected) => {
  expect(humanDuration(value)).toBe(expected);
});
