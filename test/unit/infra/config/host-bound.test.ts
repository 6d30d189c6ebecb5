import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../../infra/config/load.ts";
import type { Diagnostic } from "../../../../infra/diagnostics/diagnostic.ts";
import { accepted, good, pool } from "../../../support/config-fixtures.ts";

const found = (config: Record<string, unknown>): readonly Diagnostic[] => parseConfig(config).diagnostics ?? [];

const own = { cleaningAllowance: "20m", timeouts: { host: "2h" } };

describe("GIVEN a pool WHEN its servers may have to wait for a host THEN the bound of the wait is known", () => {
  test.each<[string, Record<string, unknown>, object | undefined]>([
    ["neither an inventory nor an allowance", good(), undefined],
    ["an allowance", good(pool(own)), { name: "cleaningAllowance", seconds: 1200 }],
    ["an inventory", { ...good(), inventory: "lab-admin" }, { name: "timeouts.host", seconds: 3600 }],
    ["both", { ...good(pool(own)), inventory: "lab-admin" }, { name: "timeouts.host", seconds: 7200 }],
    [
      "an allowance of its class",
      { ...good(pool({ class: "big" })), classes: { big: { cleaningAllowance: "5m" } } },
      { name: "cleaningAllowance", seconds: 300 },
    ],
    [
      "an allowance other than that of its class",
      { ...good(pool({ class: "big", cleaningAllowance: "7m" })), classes: { big: { cleaningAllowance: "5m" } } },
      { name: "cleaningAllowance", seconds: 420 },
    ],
  ])("with %s", (_, config, expected) => {
    expect(accepted(config).pools[0]?.hostBound).toEqual(expected);
  });
});

test("GIVEN an allowance above the bound of the wait WHEN the config is read THEN it is an error", () => {
  expect(found(good(pool({ cleaningAllowance: "61m" })))).toMatchObject([
    {
      path: "pools[metal].cleaningAllowance",
      problem: "1h1m",
      expected: "at most timeouts.host (1h), which bounds the wait",
      remedy: "lower it, or raise timeouts.host",
    },
  ]);
});

describe("GIVEN a signed URL that is valid for as long as its worker may take without a wait for a host", () => {
  const short = pool({ ignition: { urlLifetime: "4h11m" } });

  test("WHEN there is no such wait THEN it is valid", () => {
    expect(found(good(short))).toEqual([]);
  });

  test("WHEN the worker may wait for a free host THEN the error counts the wait", () => {
    const [diagnostic] = found({ ...good(short), inventory: "lab-admin" });
    expect(diagnostic).toMatchObject({ path: "pools[metal].ignition.urlLifetime" });
    expect(diagnostic?.expected).toMatch(/delete 1h \+ timeouts\.host 1h \+ timeouts\.provision 1h40m .*= 5h11m/);
  });

  test("WHEN the worker may wait for an allowance THEN the error counts it", () => {
    const [diagnostic] = found(good({ ...short, cleaningAllowance: "20m" }));
    expect(diagnostic?.expected).toMatch(/timeouts\.delete 1h \+ cleaningAllowance 20m \+ .*= 4h31m/);
  });
});
