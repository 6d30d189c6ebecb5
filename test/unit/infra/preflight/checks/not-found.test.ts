import { describe, expect, test } from "@jest/globals";
import { permissions } from "../../../../../components/kubernetes/permissions.ts";
import { plannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";

describe("GIVEN an image and a flavor that the cloud does not return", () => {
  const notFound = { flavor: 'no flavor named "baremetal"', image: 'more than one active image named "rhcos"' };
  const there = {
    cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] },
    checks: { servers: answer([existingServer("0", worker, owner)]) },
  };
  const judged = (pool: object, change: object): (readonly [string, string, boolean])[] =>
    diagnosticsOf(configOf(pool), factsOf({ notFound, ...change })).map(
      ({ path, problem, warning = false }) => [path, problem, warning] as const,
    );
  const errors = [
    ["pools[metal].flavor", notFound.flavor, false],
    ["pools[metal].image", notFound.image, false],
  ];
  const rest = ": the workers of pool metal stay as they are, but none can be created or replaced";
  const warnings = errors.map(([path, problem]) => [path, `${problem as string}${rest}`, true]);

  test.each<[string, object, object, unknown]>([
    ["nothing is created", {}, there, warnings],
    ["a label is edited", { labels: { rack: "r1" } }, there, warnings],
    ["a worker is detached", { replicas: 0 }, there, warnings],
    ["a worker is attached", { replicas: 2 }, there, errors],
    ["the first worker is attached", {}, {}, errors],
    ["the image is another one", { image: "next" }, there, errors],
    ["nobody knows which servers there are", {}, { checks: { servers: { error: "HTTP 500" } } }, errors],
  ])("WHEN %s THEN it stops only what creates a server", (_, pool, change, expected) => {
    expect(judged(pool, change).filter(([path]) => path !== "pools")).toEqual(expected);
  });

  test("WHEN one alone is missing THEN the other one is still judged", () => {
    const iso = factsOf({ ...there, notFound: { flavor: notFound.flavor }, image: { distro: "ubuntu" } });
    expect(diagnosticsOf(configOf(), iso).map(({ path }) => path)).toEqual([
      "pools[metal].flavor",
      "pools[metal].image",
    ]);
  });
});

describe("GIVEN a port whose subnet the cloud does not return", () => {
  const problem = 'no subnet named "sbu"';
  const path = "pools[metal].networks[0].subnet";
  const unresolved = [{ check: "cloud", path, problem, expected: "one", remedy: "correct it" }];
  const config = configOf({ networks: [{ network: "net", subnet: "sbu" }] });
  const servers = answer([existingServer("0", worker, owner)]);
  const own = { unresolved, checks: { servers } };

  test("WHEN it is judged THEN that is an error, and so is all else that is wrong, at once", () => {
    const denied = answer(permissions.slice(0, 1));
    const facts = factsOf({
      ...own,
      checks: { servers, denied },
      image: { distro: "ubuntu" },
      subnet: { dhcp: false },
    });
    expect(diagnosticsOf(config, facts).map((each) => each.path)).toEqual(
      expect.arrayContaining([path, "machineNetwork.subnet", "pools[metal].image", "cluster"]),
    );
  });

  test("WHEN the flavor is missing, too THEN that is an error beside it: whether it is needed is not known", () => {
    const found = diagnosticsOf(config, factsOf({ ...own, notFound: { flavor: 'no flavor named "baremetal"' } }));
    expect(found.filter(({ warning }) => warning !== true).map((each) => each.path)).toEqual([
      path,
      "pools[metal].flavor",
    ]);
  });

  test("WHEN changes are planned THEN its worker is not taken for one that leaves", () => {
    expect(plannedChanges(config, factsOf(own))).toEqual([]);
  });

  test("WHEN the check is skipped by its name THEN it stays an error", () => {
    const skipping = configOf({}, { preflight: { skip: ["dhcp", "security-groups"] } });
    expect(diagnosticsOf(skipping, factsOf(own)).map((each) => each.path)).toContain(path);
  });
});
