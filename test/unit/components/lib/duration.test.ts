import { expect, test } from "@jest/globals";
import { seconds } from "../../../../components/lib/duration.ts";

test.each([
  [0.4, "0s"],
  [59.6, "1m"],
  [150, "2m30s"],
  [3600, "1h"],
  [3900, "1h5m"],
  [3601, "1h"],
])("GIVEN %d seconds, WHEN they are told, THEN it is %s", (value, expected) => {
  expect(seconds(value)).toBe(expected);
});
