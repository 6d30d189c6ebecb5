import { describe, expect, test } from "@jest/globals";
import { mergedFindings } from "../../../../../infra/config/fragments/validate.ts";
import { renderPath } from "../../../../../infra/config/paths.ts";
import { merges } from "../../../../support/fragments/merges.ts";

describe("GIVEN fragments without an error each WHEN they are merged THEN an error of the result is at the path of one of them", () => {
  test.each(merges)("$name", ({ fragments, errors }) => {
    expect(mergedFindings(fragments).map(({ path }) => renderPath(path))).toEqual(errors);
  });
});

test("GIVEN a fragment that cannot be read WHEN fragments are merged THEN the others are compared", () => {
  const link = { ignition: { version: "3.2.0" }, storage: { links: [{ path: "/l", target: "/d" }] } };
  const file = { ignition: { version: "3.9.0" }, storage: { files: [{ path: "/l/a" }] } };
  expect(mergedFindings([link, file, { kind: "MachineConfig" }, 5])).toEqual([]);
});

test("GIVEN a path through the link of another fragment WHEN they are merged THEN the error names both", () => {
  const [through] = merges.flatMap(({ fragments }) => mergedFindings(fragments));
  expect(through?.problem).toBe("/l/a leads through the link /l of fragments[0]");
});
