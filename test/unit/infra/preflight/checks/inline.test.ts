import { describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import { answer, type Change, configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

/** A fragment that takes about so many bytes of user data, which has it in base64 twice. */
const fragment = (bytes: number): object => ({
  ignition: { version: "3.2.0" },
  storage: {
    files: [
      {
        path: "/etc/a",
        contents: {
          source: `data:,${randomBytes(bytes)
            .toString("hex")
            .slice(0, (bytes * 9) / 16)}`,
        },
      },
    ],
  },
});

interface Given {
  readonly delivery?: "swift" | "inline";
  /** bytes of user data that its fragments take, about */
  readonly size?: number;
  readonly facts?: Change;
}

const errors = ({ delivery, size, facts = {} }: Given): readonly Diagnostic[] => {
  const fragments = size === undefined ? [] : [fragment(size)];
  return diagnosticsOf(configOf({ ignition: { delivery, fragments } }), factsOf(facts));
};

const none: Change = { objectStore: "none", checks: { tempUrls: undefined } };
const unsupported: Change = {
  checks: { tempUrls: answer({ supported: false, digests: undefined, keyPerContainer: false }) },
};

describe("GIVEN a cloud without an object store", () => {
  test("WHEN a pool has its Ignition config in the user data THEN there is nothing against it", () => {
    expect(errors({ delivery: "inline", facts: none })).toEqual([]);
  });

  test("WHEN a pool needs one THEN that is an error that shows that the config fits into the user data", () => {
    expect(errors({ facts: none })).toEqual([
      {
        check: "cloud",
        path: "pools[metal].ignition.delivery",
        problem: 'swift, and the catalog of cloud "lab" has no public endpoint of type object-store',
        expected: "an object store (Swift), from which the machines fetch their Ignition config",
        remedy:
          "set ignition.delivery: inline, which needs no object store (pools[metal]: 296 of at most 65535 bytes of user data); " +
          "or correct region_name of the entry in clouds.yaml",
      },
    ]);
  });

  test("WHEN the entry names a region THEN the error does, too", () => {
    const [error] = diagnosticsOf(configOf(), { ...factsOf(none), region: "RegionTwo" });
    expect(error?.problem).toMatch(/of type object-store in region RegionTwo$/);
  });

  test("WHEN its config does not fit either THEN the error says so", () => {
    const [error] = errors({ size: 70_000, facts: none });
    expect(error?.remedy).toMatch(
      /^put less into ignition\.fragments, and set ignition\.delivery: inline \(pools\[metal\]: 7\d{4} of at most 65535 bytes/,
    );
  });

  test("WHEN all checks that may be are skipped THEN it still is an error", () => {
    const config = configOf({}, { preflight: { skip: ["object-store"] } });
    expect(diagnosticsOf(config, factsOf(none))).toMatchObject([{ path: "pools[metal].ignition.delivery" }]);
  });
});

describe("GIVEN an object store that the machines cannot use", () => {
  test("WHEN a pool needs it THEN the remedy names the delivery without one", () => {
    expect(errors({ facts: unsupported })).toMatchObject([
      {
        check: "object-store",
        remedy: expect.stringMatching(/^set ignition\.delivery: inline, which needs no object store/),
      },
    ]);
  });

  test("WHEN no pool needs it THEN there is nothing against it", () => {
    expect(errors({ delivery: "inline", facts: unsupported })).toEqual([]);
  });
});

describe("GIVEN an Ignition config in the user data", () => {
  test("WHEN it fits THEN there is nothing against it", () => {
    expect(errors({ delivery: "inline", size: 60_000 })).toEqual([]);
  });

  test("WHEN it is larger than Nova accepts THEN the error has its size and what to do", () => {
    const [error, ...others] = errors({ delivery: "inline", size: 70_000 });
    expect(others).toEqual([]);
    expect(error).toMatchObject({
      check: "user-data",
      path: "pools[metal].ignition",
      problem: expect.stringMatching(/^the user data would have 7\d{4} bytes$/),
      expected: "at most 65535 bytes after base64, the limit of Nova",
      remedy: expect.stringMatching(
        /^set ignition\.delivery: swift, which has no such limit, or put less into ignition\.fragments, which take 7\d{4} of them$/,
      ),
    });
  });

  test("WHEN it is too large and there is no object store THEN only less of it helps", () => {
    const [error] = errors({ delivery: "inline", size: 70_000, facts: none });
    expect(error?.remedy).toMatch(/^put less into ignition\.fragments/);
  });

  test("WHEN the pool has it in the object store THEN its size does not matter", () => {
    expect(errors({ size: 200_000 })).toEqual([]);
  });
});

test("GIVEN pools of both deliveries WHEN there is no object store THEN only those that need it are errors", () => {
  const pool = (name: string, delivery: string) => ({
    name,
    replicas: 1,
    flavor: "f",
    image: "i",
    ignition: { delivery },
  });
  const config = configOf({}, { pools: [pool("a", "swift"), pool("b", "inline")] });
  const facts = factsOf(none);
  const cloud = { ...facts.cloud, pools: [...facts.cloud.pools, ...facts.cloud.pools] };
  const found = diagnosticsOf(config, { ...facts, cloud }).filter(({ path }) => path.endsWith("delivery"));
  expect(found.map(({ path }) => path)).toEqual(["pools[a].ignition.delivery"]);
});

test("GIVEN a signed URL's lifetime that is too short WHEN the config needs no URL THEN it does not matter", () => {
  const own = { drain: { timeout: "20m" }, ignition: { urlLifetime: "1h", delivery: "inline" } };
  expect(diagnosticsOf(configOf(own), factsOf({}))).toEqual([]);
});
