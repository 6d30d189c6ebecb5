import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { allowanceLeft } from "../../../../components/hosts/vacated.ts";

const begun = Date.UTC(2026, 0, 2);
const before = (seconds: number): number => begun - seconds * 1000;

test.each<[string, number | undefined, number, number]>([
  ["a server that is deleted in this command", undefined, 0, 600],
  ["a server that is deleted in this command, a while ago", undefined, 400, 200],
  ["a server that an earlier command deleted", before(500), 0, 100],
  ["a server that an earlier command deleted, while this one waits", before(500), 60, 40],
  ["a server that was deleted long ago", before(86_400), 0, 0],
  ["a cloud whose clock is ahead", before(-3_600), 100, 500],
])("GIVEN %s THEN what is left of an allowance of 10m is known", (_, at, waited, expected) => {
  expect(allowanceLeft(600, { at }, begun, begun + waited * 1000)).toBe(expected);
});

test("GIVEN any time of a deletion THEN a wait takes no longer than the allowance", () => {
  fc.assert(
    fc.property(fc.nat(), fc.option(fc.integer(), { nil: undefined }), (allowance, offset) => {
      const at = offset === undefined ? undefined : begun + offset;
      expect(allowanceLeft(allowance, { at }, begun, begun)).toBeLessThanOrEqual(allowance);
    }),
  );
});
