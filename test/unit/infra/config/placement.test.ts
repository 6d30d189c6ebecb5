import { expect, test } from "@jest/globals";
import { accepted, diagnosticsOf, good, pool } from "../../../support/config-fixtures.ts";

test.each([
  ["pools[metal].availabilityZones", { availabilityZones: [] }, { availabilityZones: ["a"] }],
  ["pools[metal].availabilityZones", { availabilityZones: ["a", "a"] }, { availabilityZones: ["a", "b"] }],
  ["pools[metal].availabilityZones[0]", { availabilityZones: ["a:host:node"] }, { availabilityZones: ["a"] }],
  ["pools[metal].serverGroup", { serverGroup: "" }, { serverGroup: "web" }],
])("GIVEN an error at %s WHEN the config is read THEN it is named, and accepted when right: %j", (path, bad, valid) => {
  expect(Object.keys(diagnosticsOf(good(pool(bad))))).toEqual([path]);
  accepted(good(pool(valid)));
});
