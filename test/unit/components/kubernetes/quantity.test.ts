import { expect, test } from "@jest/globals";
import { parseQuantity } from "../../../../components/kubernetes/quantity.ts";

// kubernetes, apimachinery/pkg/api/resource/quantity.go: the grammar, and suffix.go: the suffixes.

test.each([
  ["4", 4],
  ["3500m", 3.5],
  ["0.5", 0.5],
  [".5", 0.5],
  ["5.", 5],
  ["1e3", 1000],
  ["2E2", 200],
  ["2E", 2e18],
  ["16Ki", 16_384],
  ["15824Mi", 15_824 * 2 ** 20],
  ["1Gi", 2 ** 30],
  ["1G", 1e9],
  ["1k", 1000],
  ["100u", 1e-4],
  ["-1", -1],
])("GIVEN the quantity %s WHEN it is read THEN it is %p", (text, expected) => {
  expect(parseQuantity(text)).toBeCloseTo(expected);
});

test.each(["", "Ki", "1K", "1 Gi", "one", "1GiB"])("GIVEN %p WHEN it is read THEN it is no quantity", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
