import { describe, expect, test } from "@jest/globals";
import { countWorkers } from "../../../../infra/config/workers.ts";
import { canSkipCluster, unreachableDiagnostic } from "../../../../infra/discovery/unreachable.ts";

const diagnostic = {
  check: "cluster",
  path: "cluster",
  problem: "no answer",
  expected: "one",
  remedy: "check the way",
};
const pool = {} as never;
const config = (clusterUnreachable: "fail" | "skip", pools: readonly never[]) => ({
  detach: { clusterUnreachable },
  pools: [...pools],
});

describe("GIVEN a cluster that gives no answer, WHEN the config says", () => {
  test.each([
    ["skip, and no pools, THEN the program goes on without it", config("skip", []), true],
    ["skip, and pools, THEN it does not: their names come from there", config("skip", [pool]), false],
    ["fail, and no pools, THEN it does not", config("fail", []), false],
  ])("%s", (_, given, expected) => {
    expect(canSkipCluster(given)).toBe(expected);
  });

  test.each([
    [
      "skip, and pools",
      config("skip", [pool]),
      /pools are configured$/,
      /for good: set pools: \[\] and run `pulumi up`/,
    ],
    [
      "fail, and no pools",
      config("fail", []),
      /^no answer$/,
      /set detach\.clusterUnreachable: skip and run `pulumi up`/,
    ],
    [
      "fail, and pools",
      config("fail", [pool]),
      /^no answer$/,
      /clusterUnreachable: skip and pools: \[\] and run `pulumi up`/,
    ],
  ])("%s THEN the error says what to set", (_, given, what, fix) => {
    const diagnosed = unreachableDiagnostic(diagnostic, given);
    expect(diagnosed.problem).toMatch(what);
    expect(diagnosed.remedy).toMatch(/^check the way\. Only if the cluster is gone for good: /);
    expect(diagnosed.remedy).toMatch(/without draining their pods$/);
    expect(diagnosed.remedy).toMatch(fix);
  });
});

test("GIVEN pools with replicas and with named workers WHEN they are counted THEN each worker counts once", () => {
  const named = { workers: [{}, {}] } as never;
  expect(countWorkers([{ replicas: 3 }, named, { replicas: 0 }])).toBe(5);
});
