import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { payloadHash } from "../../../../../components/ignition/payload.ts";
import { isObject } from "../../../../../components/lib/objects.ts";
import { parseConfig } from "../../../../../infra/config/load.ts";
import { accepted, good, pool } from "../../../../support/config-fixtures.ts";
import { filesAndLinks } from "../../../../support/fragments/files.ts";
import { general } from "../../../../support/fragments/general.ts";
import { unitsAndDisks } from "../../../../support/fragments/units-and-disks.ts";

const withFragments = (...fragments: unknown[]): Record<string, unknown> => good(pool({ ignition: { fragments } }));

const file = { ignition: { version: "3.2.0" }, storage: { files: [{ mode: "0644" }] } };
const butane = { variant: "fcos", version: "1.5.0" };

describe("GIVEN fragments with errors WHEN the config is read", () => {
  test("THEN all are reported, each at its path", () => {
    const { diagnostics } = parseConfig(withFragments(file, { ignition: { version: "3.2.0" } }, butane, 5));
    expect(diagnostics?.map(({ path }) => path)).toEqual([
      "pools[metal].ignition.fragments[0].storage.files[0].mode",
      "pools[metal].ignition.fragments[0].storage.files[0].path",
      "pools[metal].ignition.fragments[2]",
      "pools[metal].ignition.fragments[3]",
    ]);
  });

  test("THEN errors of other keys are reported with them", () => {
    const { diagnostics } = parseConfig(good(pool({ flavour: "b", ignition: { fragments: [butane] } })));
    expect(diagnostics?.map(({ path }) => path)).toEqual([
      "pools[metal].flavour",
      "pools[metal].ignition.fragments[0]",
    ]);
  });
});

test("GIVEN fragments that are no list WHEN the config is read THEN it is an error", () => {
  const { diagnostics } = parseConfig(good(pool({ ignition: { fragments: file } })));
  expect(diagnostics).toMatchObject([
    { path: "pools[metal].ignition.fragments", expected: "a list of Ignition configs" },
  ]);
});

test("GIVEN fragments without errors WHEN the config is read THEN they are taken as they are, with the payload of before", () => {
  const cases = [...general, ...filesAndLinks, ...unitsAndDisks].filter(({ errors }) => errors === undefined);
  const fragments = cases.map(({ fragment }) => fragment);
  const read = accepted(withFragments(...fragments)).pools[0]?.ignition.fragments ?? [];
  const hash = (of: typeof read): string => payloadHash({ machineConfigPool: "worker", fragments: of });
  expect(hash(read)).toBe(hash(fragments as typeof read));
  expect(read).toHaveLength(fragments.length);
});

test("GIVEN anything as a fragment WHEN the config is read THEN there is a config, or an error in the fragment", () => {
  const version = fc.constantFrom("3.2.0", "3.9.0", "3.2", "2.2.0", 3.2, null);
  const key = fc.constantFrom(
    "ignition",
    "version",
    "storage",
    "files",
    "path",
    "systemd",
    "units",
    "name",
    "spec",
    "config",
  );
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(version, fc.jsonValue({ maxDepth: 1 })),
    tree: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.dictionary(key, tie("tree")),
      fc.array(tie("tree"), { maxLength: 2 }),
    ),
  }));
  const fragment = fc.oneof(
    tree,
    fc.tuple(tree, version).map(([rest, of]) => ({ ...(isObject(rest) && rest), ignition: { version: of } })),
  );
  fc.assert(
    fc.property(fragment, (given) => {
      const { config, diagnostics } = parseConfig(withFragments(given));
      const paths = diagnostics?.map(({ path }) => path) ?? [];
      expect(config === undefined).toBe(paths.length > 0);
      expect(paths.filter((path) => !path.startsWith("pools[metal].ignition.fragments[0]"))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
