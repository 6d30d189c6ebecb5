import { describe, expect, test } from "@jest/globals";
import { portOptions, portsNamed, portsValue } from "../../../../components/server/port-options.ts";

const found = new Set(["w-0-port-0", "w-0-port-1"]);

test.each([
  ["the state names its ports", "recorded", found, ["networks[0].port", "networks[1].port"], ["metadata.ports"]],
  ["the state names its ports, but has no list of its networks", "unread", found, ["networks"], ["metadata.ports"]],
  ["one of its ports is new", "recorded", new Set(["w-0-port-0"]), ["networks[0].port"], ["metadata.ports"]],
  ["its ports are attached, but not named", "attached", found, ["networks[0].port", "networks[1].port"], []],
  ["the cloud has other ports", "unrecorded", found, [], []],
  ["nothing is known of it", "unknown", undefined, ["networks[0].port", "networks[1].port", "metadata.ports"], []],
] as const)(
  "GIVEN a server of two ports WHEN %s THEN its options follow",
  (_, portRecord, ports, ignored, replacing) => {
    expect(portOptions("w-0", 2, { portRecord, ports })).toEqual({ ignored, replacing });
  },
);

describe("GIVEN lists of ports WHEN they are put into the metadata", () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `0b1c2d3e-0000-4000-8000-${String(i).padStart(12, "0")}`);

  test("THEN they differ where the lists do, be it in their order", () => {
    const values = [["a"], ["b"], ["a", "b"], ["b", "a"], ids(7), ids(8), ids(7).toReversed()].map(portsValue);
    expect(new Set(values).size).toBe(values.length);
  });

  test.each([1, 6, 7, 16])("THEN %i of them are a value that Nova takes", (count) => {
    expect(portsValue(ids(count)).length).toBeLessThanOrEqual(255);
  });

  test.each([1, 2, 6])("THEN it can be told that %i of them were named", (count) => {
    expect(portsNamed(portsValue(ids(count)))).toBe(count);
  });

  test("THEN a few are named by their ids", () => {
    expect(portsValue(ids(2))).toBe(ids(2).join(","));
  });
});
