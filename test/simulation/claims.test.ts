import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { plans } from "./faults/arbitraries.ts";
import { inOrder, trySchedules } from "./run/schedules.ts";
import { container, type ContainerCase, removeContainer } from "./scenarios/container.ts";
import { expectedLeft, isLive, type LeftoversCase, quietLeftovers, removeLeftovers } from "./scenarios/leftovers.ts";
import { ownErrors } from "./scenarios/setting.ts";

const port = fc.record({
  owner: fc.constantFrom("ours", "ours", "another's", "nobody's"),
  usedBy: fc.constantFrom("ours", "another's", "nobody"),
} as const);

/** ms: in the middle of a run, or after it */
const revoked = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constant(3_600_000));

const leftovers: fc.Arbitrary<LeftoversCase> = fc.record({
  plan: plans(12, 40),
  servers: fc.subarray(["ours", "another's"] as const),
  ports: fc.array(port, { maxLength: 3 }),
  node: fc.constantFrom("none", "leaving", "leaving", "live"),
  pods: fc.integer({ min: 0, max: 2 }),
  replacement: fc.boolean(),
  revoked,
  seed: fc.integer(),
});

const containers: fc.Arbitrary<ContainerCase> = fc.record({
  plan: plans(6, 12),
  owner: fc.constantFrom("ours", "ours", "another's", "nobody's"),
  objects: fc.integer({ min: 0, max: 3 }),
  revoked,
  seed: fc.integer(),
});

beforeAll(async () => {
  // the client is loaded when it is first needed: in a run, the time that takes would be real
  await import("../../components/openstack/client.ts");
});

describe("GIVEN a claim and what an interrupted command has left, WHEN it is deleted", () => {
  test("THEN without any fault the worker's server, ports and Node go, and nothing else does", async () => {
    const { results, left, nodes } = await removeLeftovers(inOrder(), quietLeftovers);
    expect({ results, left, nodes }).toEqual({ results: [undefined], left: [], nodes: [] });
  });

  test("THEN the same schedule gives the same trace", async () => {
    const first = await removeLeftovers(inOrder(), quietLeftovers);
    expect((await removeLeftovers(inOrder(), quietLeftovers)).trace).toEqual(first.trace);
  });

  const cleared =
    "THEN whatever happens nothing is left of it, nothing of another owner is touched, and no live node loses its server";
  test(cleared, () =>
    trySchedules("claims", cleared, [leftovers], async (scheduler, drawn) => {
      const { left, nodes, results } = await removeLeftovers(scheduler, drawn);
      if (isLive(drawn)) {
        expect(results).not.toContain(undefined);
        expect(left.filter((it) => it.startsWith("servers"))).toHaveLength(1);
        expect(nodes).toHaveLength(1);
      } else {
        expect({ left, nodes }).toEqual({ left: expectedLeft(drawn), nodes: [] });
        expect(ownErrors({ results })).toEqual([]);
      }
    }),
  );
});

describe("GIVEN the claim of a pool's container that the state does not have, WHEN it is deleted", () => {
  const gone = "THEN whatever happens a container of ours goes with its objects, and another's stays";
  test(gone, () =>
    trySchedules("claims: container", gone, [containers], async (scheduler, drawn) => {
      const { results, left } = await removeContainer(scheduler, drawn);
      expect(left).toEqual(drawn.owner === "ours" ? [] : [container]);
      expect(ownErrors({ results })).toEqual([]);
    }),
  );
});
