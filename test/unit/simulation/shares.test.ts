import { expect, test } from "@jest/globals";
import { properties, schedulesOf, totalFor } from "../../simulation/run/shares.ts";

test.each([["declared"], ["waves"]])(
  "GIVEN 7,000 schedules for %s alone WHEN they are shared out THEN so many are of this file",
  (file) => {
    const own = properties.filter((name) => name.split(":")[0] === file);
    const total = totalFor([file], 7_000);
    expect(own.reduce((sum, name) => sum + schedulesOf(name, total), 0)).toBe(7_000);
  },
);

test("GIVEN 10,000 schedules WHEN they are shared out THEN the shares of all properties are 10,000", () => {
  expect(properties.reduce((sum, name) => sum + schedulesOf(name, 10_000), 0)).toBe(10_000);
});

test("GIVEN fewer schedules than properties WHEN they are shared out THEN each property has one", () => {
  expect(schedulesOf("waves: repeated", 1)).toBe(1);
});
