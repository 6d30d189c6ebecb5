import { describe, expect, test } from "@jest/globals";
import type { Checks } from "../../../../../infra/discovery/facts.ts";
import { objectStoreDiagnostics } from "../../../../../infra/preflight/checks/object-store.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import { answer, factsOf } from "../../../../support/preflight-facts.ts";

type Store = Pick<Checks, "tempUrls" | "containers">;

const facts = (checks: Partial<Store>): PreflightFacts => factsOf({ checks });
const urls = (digests: string[] | undefined, supported = true): PreflightFacts =>
  facts({ tempUrls: answer({ supported, digests, keyPerContainer: true }) });
const ceph = facts({ tempUrls: answer({ supported: true, digests: ["sha256"], keyPerContainer: false }) });
const container = (status: number, keyed = false): PreflightFacts =>
  facts({ containers: answer([{ name: "c", status, keyed }]) });

describe("GIVEN an object store", () => {
  test.each<[problem: string, bad: PreflightFacts, twin: PreflightFacts, said: RegExp]>([
    ["without signed URLs", urls(undefined, false), urls(["sha256"]), /does not support temporary URLs/],
    ["of Ceph", ceph, urls(["sha256"]), /for a whole account only, as Ceph RGW does/],
    ["of SHA-1", urls(["sha1"]), urls(["sha1", "sha256"]), /signed with sha1 only/],
    ["that says nothing of digests", urls(undefined), urls(["sha256"]), /does not say which digests/],
    ["that is not trusted", facts({ tempUrls: { error: "certificate" } }), facts({}), /cannot be queried: certificate/],
    ["whose container has no key", container(204), container(204, true), /container c has no key/],
    ["that knows no token", container(401), container(200, true), /may not use the object store .*\(401 for/],
    ["that demands a role", container(403), container(404), /may not use the object store .*\(403 for/],
    ["that fails", container(503), container(404), /answered 503 for container c/],
    [
      "that is silent on its containers",
      facts({ containers: { error: "no answer in time" } }),
      facts({ containers: answer([]) }),
      /did not list its containers: no answer in time/,
    ],
  ])("WHEN it is one %s THEN that is told, and its twin passes", (_, bad, twin, said) => {
    expect(objectStoreDiagnostics(bad)).toMatchObject([
      { check: "object-store", problem: expect.stringMatching(said) },
    ]);
    expect(objectStoreDiagnostics(twin)).toEqual([]);
  });

  test("WHEN it does not answer at all THEN it is told once", () => {
    const silent = { error: "no answer in time" };
    expect(objectStoreDiagnostics(facts({ tempUrls: silent, containers: silent }))).toHaveLength(1);
  });

  test("WHEN it only leaves something unsaid THEN that is a warning", () => {
    expect(objectStoreDiagnostics(urls(undefined))).toMatchObject([{ warning: true }]);
  });
});
