import { describe, expect, test } from "@jest/globals";
import { fragmentFindings } from "../../../../../infra/config/fragments/validate.ts";
import { renderPath } from "../../../../../infra/config/paths.ts";
import { filesAndLinks } from "../../../../support/fragments/files.ts";
import { general } from "../../../../support/fragments/general.ts";
import { unitsAndDisks } from "../../../../support/fragments/units-and-disks.ts";

describe("GIVEN a fragment WHEN it is validated THEN errors and warnings are at these paths", () => {
  test.each([...general, ...filesAndLinks, ...unitsAndDisks])("$name", ({ fragment, errors = [], warnings = [] }) => {
    const found = fragmentFindings(fragment);
    const at = (warning: true | undefined): string[] =>
      found.filter((each) => each.warning === warning).map(({ path }) => renderPath(path));
    expect({ errors: new Set(at(undefined)), warnings: new Set(at(true)) }).toEqual({
      errors: new Set(errors),
      warnings: new Set(warnings),
    });
  });
});
