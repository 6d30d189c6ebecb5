import { beforeAll, describe, expect, test } from "@jest/globals";
import { filesAndLinks } from "../../support/fragments/files.ts";
import { general } from "../../support/fragments/general.ts";
import { spec } from "../../support/fragments/case.ts";
import { merges } from "../../support/fragments/merges.ts";
import { unitsAndDisks } from "../../support/fragments/units-and-disks.ts";
import { buildTimeout, validate, validator } from "../support/ignition-validate.ts";

// What the program says of the same fragments: test/unit/infra/config/fragments.

interface Parts {
  readonly storage?: Readonly<Record<string, readonly unknown[]>>;
  readonly systemd?: { readonly units: readonly unknown[] };
}

let binary: string;
beforeAll(async () => {
  binary = await validator();
}, buildTimeout * 1000);

describe("GIVEN a fragment WHEN Ignition's own validator reads it THEN it agrees, but for the differences that are listed", () => {
  test.each([...general, ...filesAndLinks, ...unitsAndDisks])(
    "$name",
    async ({ fragment, errors, warnings, oracle }) => {
      const { fatal, warnings: theirs, text } = await validate(binary, JSON.stringify(fragment));
      const expected = oracle ?? { fatal: errors !== undefined, warnings };
      // a fatal report may lack the warnings of what was not read
      const of = (paths: readonly string[] | undefined): readonly string[] =>
        expected.fatal ? [] : [...new Set(paths)].sort();
      expect({ fatal, warnings: of(theirs), text }).toEqual({
        fatal: expected.fatal,
        warnings: of(expected.warnings),
        text,
      });
    },
  );
});

/** What configs without a common path, unit or section but these are merged to. */
function merged(fragments: readonly Parts[]): object {
  const nodes = (kind: string): unknown[] => fragments.flatMap(({ storage }) => storage?.[kind] ?? []);
  const units = fragments.flatMap(({ systemd }) => systemd?.units ?? []);
  return spec(2, { storage: { files: nodes("files"), links: nodes("links") }, systemd: { units } });
}

describe("GIVEN valid fragments that are not when merged WHEN Ignition's own validator reads them THEN it agrees", () => {
  test.each(merges.filter(({ errors }) => errors.length > 0))("$name", async ({ fragments }) => {
    for (const fragment of fragments) expect((await validate(binary, JSON.stringify(fragment))).fatal).toBe(false);
    expect((await validate(binary, JSON.stringify(merged(fragments)))).fatal).toBe(true);
  });
});

test("GIVEN the fragments WHEN they are counted THEN there are many, and few differ", () => {
  const cases = [...general, ...filesAndLinks, ...unitsAndDisks];
  expect(cases.length).toBeGreaterThan(150);
  expect(cases.filter(({ oracle }) => oracle).length).toBeLessThan(8);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
