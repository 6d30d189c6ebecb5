import { describe, expect, test } from "@jest/globals";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

const maxSurge = "pools[metal].rollout.maxSurge";
const maxUnavailable = "pools[metal].rollout.maxUnavailable";

test("GIVEN surge workers WHEN the config is read THEN a percentage is rounded up, and nobody need be out of service", () => {
  const rollout = { maxUnavailable: 0, maxSurge: "10%" };
  expect(accepted(good(pool({ replicas: 3, rollout }))).pools[0]?.rollout).toEqual({
    maxUnavailable: 0,
    maxSurge: 1,
    ignore: [],
  });
});

test("GIVEN maxSurge 0 WHEN the config is read THEN it is as without the key", () => {
  const [with0, without] = [{ maxSurge: 0 }, {}].map((rollout) => accepted(good(pool({ rollout }))).pools[0]?.rollout);
  expect(with0).toEqual(without);
  expect(without).not.toHaveProperty("maxSurge");
});

describe("GIVEN a pool that cannot have surge workers WHEN the config is read THEN the error says why, at the key", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["named workers", named({ workers: [{ name: "a" }], rollout: { maxSurge: 1 } }), maxSurge, "with workers"],
    [
      "fixed addresses",
      pool({ fixedIps: ["10.0.0.1", "10.0.0.2"], rollout: { maxSurge: "50%" } }),
      maxSurge,
      "fixedIps",
    ],
    ["too many", pool({ rollout: { maxSurge: 1001 } }), maxSurge, "1001"],
    ["no percentage", pool({ rollout: { maxSurge: "0%" } }), maxSurge, "0%"],
    ["neither one nor the other", pool({ rollout: { maxUnavailable: 0 } }), maxUnavailable, "maxSurge is 0"],
    ["both 0", pool({ rollout: { maxUnavailable: 0, maxSurge: 0 } }), maxUnavailable, "maxSurge is 0"],
    [
      "neither, with named workers",
      named({ workers: [{ name: "a" }], rollout: { maxUnavailable: 0 } }),
      maxUnavailable,
      "maxSurge is 0",
    ],
  ])("%s", (_, given, path, problem) => {
    expect(diagnosticsOf(good(given))).toEqual({ [path]: expect.stringContaining(problem) });
  });
});

test("GIVEN a pool whose surge worker would have the name of another pool's worker WHEN the config is read THEN that is an error", () => {
  const other = named({ name: "metal-1", workers: [{ name: "2" }] });
  const surging = pool({ name: "metal", replicas: 2 });
  const numbered = { ...pool({ name: "metal-1", replicas: 2, rollout: { maxSurge: 1 } }) };
  expect(diagnosticsOf(good(surging, other))).toEqual({});
  const clashing = named({ name: "metal", workers: [{ name: "1-2" }] });
  expect(diagnosticsOf(good(clashing, numbered))).toEqual({
    "pools[metal-1].rollout.maxSurge": "gives a worker the same name as pools[metal].workers[1-2].name",
  });
});
