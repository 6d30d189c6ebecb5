import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fragmentFindings } from "../../../infra/config/fragments/validate.ts";
import { buildTimeout, validate, validator } from "../support/ignition-validate.ts";

let binary: string;
beforeAll(async () => {
  binary = await validator();
}, buildTimeout * 1000);

/** Texts of these pieces, which come near to valid ones. */
const textOf = (...pieces: string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join(""));

const source = fc.oneof(
  textOf("data:", ",", ";base64", "text/plain", ";a=b", '"', "YWI=", "a", "%20", "%", " ", "x-a/b", "=", ";"),
  textOf(
    "http",
    "://",
    ":",
    "/",
    "a",
    "[::1]",
    "@",
    "%20",
    "%zz",
    "?versionId=",
    "1",
    "#",
    " ",
    "s3",
    "gs",
    "arn:aws:s3:::",
  ),
);
const unit = textOf(
  "[Unit]",
  "[",
  "]",
  "\n",
  "A=b",
  "=",
  "\\",
  "\\\n",
  "#",
  ";",
  " ",
  "\r\n",
  "A",
  "[Install]\n",
  "x".repeat(1500),
);
const path = textOf("/", "a", ".", "..", "/b", "//", "etc/systemd/system/a.service", "/etc");
const flag = fc.option(fc.boolean(), { nil: undefined });

const node = fc.record({ path, overwrite: flag });
const storage = fc.record({
  files: fc.array(
    fc.record({ path, mode: fc.constantFrom(0, 420, 4095, 4096, -1, 644), contents: fc.record({ source }) }),
    { maxLength: 2 },
  ),
  directories: fc.array(node, { maxLength: 2 }),
  links: fc.array(fc.record({ path, target: path, hard: flag }), { maxLength: 2 }),
});
const partition = fc.record(
  {
    number: fc.nat(2),
    label: fc.constantFrom("a", "b", "a:b"),
    startMiB: fc.nat(9),
    sizeMiB: fc.nat(5),
    shouldExist: fc.boolean(),
  },
  { requiredKeys: [] },
);

const sections: [name: string, fc.Arbitrary<object>][] = [
  ["sources", source.map((text) => ({ storage: { files: [{ path: "/a", contents: { source: text } }] } }))],
  ["units", unit.map((contents) => ({ systemd: { units: [{ name: "a.service", enabled: true, contents }] } }))],
  ["files", storage.map((parts) => ({ storage: parts }))],
  [
    "partitions",
    fc
      .array(partition, { maxLength: 3 })
      .map((partitions) => ({ storage: { disks: [{ device: "/dev/a", partitions }] } })),
  ],
];

describe("GIVEN fragments at random WHEN Ignition's own validator reads them THEN it refuses what the program refuses", () => {
  test.each(sections)(
    "%s",
    async (_, section) => {
      const runs = fc.asyncProperty(fc.nat(5), section, async (minor, parts) => {
        const fragment = { ignition: { version: `3.${minor}.0` }, ...parts };
        const errors = fragmentFindings(fragment).filter(({ warning }) => warning !== true);
        const { fatal, text } = await validate(binary, JSON.stringify(fragment));
        expect({ fatal, text, errors }).toEqual({ fatal: errors.length > 0, text, errors });
      });
      await fc.assert(runs, { numRuns: 200 });
    },
    60_000,
  );
});
