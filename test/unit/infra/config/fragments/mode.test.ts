import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { modeFindings } from "../../../../../infra/config/fragments/mode.ts";

/** What people use, of the manual pages and of the files of RHCOS. */
const usual = [
  ...[0o400, 0o440, 0o444, 0o500, 0o550, 0o555, 0o600, 0o640, 0o644],
  ...[0o660, 0o664, 0o666, 0o700, 0o711, 0o750, 0o755, 0o770, 0o775, 0o777],
];

test.each(usual)("GIVEN the mode %d in decimal WHEN it is judged THEN nothing is found", (mode) => {
  expect(modeFindings(mode, [], 2)).toEqual([]);
});

const octal = [400, 440, 444, 550, 555, 600, 640, 644, 660, 664, 666, 700, 750, 755, 770, 775, 777, 1777, 2755];

test.each(octal)(
  "GIVEN the digits %d WHEN they are judged THEN a warning gives the decimal mode that they mean",
  (mode) => {
    const meant = Number.parseInt(String(mode), 8);
    expect(modeFindings(mode, [], 2)).toMatchObject([
      { warning: true, remedy: expect.stringContaining(`write ${meant} `) },
    ]);
  },
);

test("GIVEN any mode WHEN it is judged THEN it is an error exactly outside 0 to 07777", () => {
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 9999 }), fc.nat(6), (mode, minor) => {
      const isError = modeFindings(mode, [], minor).some(({ warning }) => warning !== true);
      expect(isError).toBe(mode < 0 || mode > 0o7777);
    }),
  );
});
