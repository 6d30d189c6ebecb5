import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../../../../infra/config/load.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { Checks } from "../../../../../infra/discovery/facts.ts";
import { answer, configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

const key = "canary-key-93";
const withKey: Config = { ...configOf(), temporaryUrlKey: key };
const ceph = answer({ supported: true, digests: ["sha256"], keyPerContainer: false });
const container = answer([{ name: "c", status: 204, keyed: false }]);

const errors = (config: Config, checks: Partial<Checks>): readonly Diagnostic[] =>
  diagnosticsOf(config, factsOf({ checks }));

describe("GIVEN an object store with keys per account only, as Ceph RGW", () => {
  test("WHEN the config has no key THEN the error names the delivery without it first, then the key", () => {
    const [error, ...others] = errors(configOf(), { tempUrls: ceph });
    expect(others).toEqual([]);
    expect(error?.remedy).toMatch(
      /^set ignition\.delivery: inline, .*; or store the account's key \(pulumi config set --secret temporaryUrlKey\); or ask/,
    );
  });

  test("WHEN the config has the account's key THEN there is nothing against it, nor against a container without one", () => {
    expect(errors(withKey, { tempUrls: ceph, containers: container, accountKey: answer("same") })).toEqual([]);
  });

  test.each<[string, Checks["accountKey"], RegExp]>([
    ["the account has another", answer("other"), /^is none of the temporary URL keys of the object store's account$/],
    ["the account has none", answer("none"), /account has no temporary URL key, or this user may not see it$/],
    ["the account cannot be asked", { error: "HTTP 403" }, /cannot be queried: HTTP 403$/],
  ])("WHEN %s THEN that is an error with what to do, which does not show the key", (_, accountKey, problem) => {
    const found = errors(withKey, { tempUrls: ceph, accountKey });
    expect(found).toMatchObject([
      {
        check: "object-store",
        path: "temporaryUrlKey",
        problem: expect.stringMatching(problem),
        remedy: expect.stringContaining("openstack object store account set --property Temp-URL-Key-2=<key>"),
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(key);
  });

  describe("WHEN the program is to set the account's second key", () => {
    const managed: Config = { ...configOf(), manageAccountKey: true };

    test.each<Checks["accountKey"]>([answer("none"), answer("same")])(
      "THEN %j is nothing against it, nor a container without one",
      (accountKey) => {
        expect(errors(managed, { tempUrls: ceph, containers: container, accountKey })).toEqual([]);
      },
    );

    test.each<[Checks["accountKey"], RegExp]>([
      [answer("other"), /^the account has a second temporary URL key of somebody else$/],
      [{ error: "HTTP 403" }, /cannot be queried: HTTP 403$/],
    ])("THEN %j is an error with what to do", (accountKey, problem) => {
      expect(errors(managed, { tempUrls: ceph, accountKey })).toMatchObject([
        {
          check: "object-store",
          path: "manageAccountKey",
          problem: expect.stringMatching(problem),
          remedy: expect.stringContaining("openstack object store account unset --property Temp-URL-Key-2"),
        },
      ]);
    });
  });

  test("WHEN it does not answer at all THEN that is reported once", () => {
    const unanswered = { error: "no answer in time" };
    const checks = { tempUrls: unanswered, containers: unanswered, accountKey: unanswered };
    expect(errors(withKey, checks)).toHaveLength(1);
  });
});
