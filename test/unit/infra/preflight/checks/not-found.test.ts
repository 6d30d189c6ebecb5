import { describe, expect, test } from "@jest/globals";
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
