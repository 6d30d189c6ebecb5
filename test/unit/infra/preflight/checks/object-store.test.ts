import { describe, expect, test } from "@jest/globals";
import type { Checks } from "../../../../../infra/discovery/facts.ts";
import { objectStoreDiagnostics as diagnosticsOf } from "../../../../../infra/preflight/checks/object-store.ts";
import type { PlannedChange } from "../../../../../infra/preflight/changes/plan.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import { answer, configOf, factsOf } from "../../../../support/preflight-facts.ts";

type Store = Pick<Checks, "tempUrls" | "containers">;

const attach: PlannedChange = { worker: "w-0", verdict: "attach", reason: "" };
const objectStoreDiagnostics = (facts: PreflightFacts, changes = [attach]): Diagnostic[] =>
  diagnosticsOf(configOf(), facts, changes);

const facts = (checks: Partial<Store>): PreflightFacts => factsOf({ checks });
const urls = (digests: string[] | undefined, supported = true): PreflightFacts =>
  facts({ tempUrls: answer({ supported, digests, keyPerContainer: true }) });
const ceph = facts({ tempUrls: answer({ supported: true, digests: ["sha256"], keyPerContainer: false }) });
const container = (status: number, keyed = false): PreflightFacts =>
  facts({ containers: answer([{ name: "c", status, keyed }]) });

describe("GIVEN an object store", () => {
  test.each<[problem: string, bad: PreflightFacts, valid: PreflightFacts, message: RegExp]>([
    ["without signed URLs", urls(undefined, false), urls(["sha256"]), /does not support temporary URLs/],
    ["of Ceph", ceph, urls(["sha256"]), /for a whole account only, as Ceph RGW does/],
    ["of MD5", urls(["md5"]), urls(["sha1"]), /signed with md5 only/],
    ["that does not report its digests", urls(undefined), urls(["sha256"]), /does not say which digests/],
    ["that is not trusted", facts({ tempUrls: { error: "certificate" } }), facts({}), /cannot be queried: certificate/],
    ["with a container without a key", container(204), container(204, true), /container c has no key/],
    ["that refuses the token", container(401), container(200, true), /may not use the object store .*\(401 for/],
    ["that requires a role", container(403), container(404), /may not use the object store .*\(403 for/],
    ["that fails", container(503), container(404), /answered 503 for container c/],
    [
      "that does not list its containers",
      facts({ containers: { error: "no answer in time" } }),
      facts({ containers: answer([]) }),
      /did not list its containers: no answer in time/,
    ],
  ])("WHEN it is one %s THEN that is reported, and the valid case passes", (_, bad, valid, message) => {
    expect(objectStoreDiagnostics(bad)).toMatchObject([
      { check: "object-store", problem: expect.stringMatching(message) },
    ]);
    expect(objectStoreDiagnostics(valid)).toEqual([]);
  });

  test("WHEN it does not answer at all THEN it is reported once", () => {
    const unanswered = { error: "no answer in time" };
    expect(objectStoreDiagnostics(facts({ tempUrls: unanswered, containers: unanswered }))).toHaveLength(1);
  });

  test("WHEN it only leaves something unsaid THEN that is a warning", () => {
    expect(objectStoreDiagnostics(urls(undefined))).toMatchObject([{ warning: true }]);
  });

  test("WHEN its certificate is not trusted THEN the error says that machines verify it whatever clouds.yaml says, and both ways out", () => {
    const distrusted = facts({ tempUrls: { error: "self-signed certificate" } });
    // workers that run have fetched their config
    expect(objectStoreDiagnostics(distrusted, [])).toMatchObject([{ warning: true }]);
    const [error] = objectStoreDiagnostics(distrusted);
    expect(error?.warning).toBeUndefined();
    expect(error?.expected).toMatch(/verify it even with verify: false$/);
    expect(error?.remedy).toMatch(/^check cacert in clouds\.yaml .*; or set ignition\.delivery: inline/);
  });
});
