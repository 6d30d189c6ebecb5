import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { MachinePace } from "./actors/machine.ts";
import { makeRequests, type RequestTexts } from "./actors/requests.ts";
import { plans } from "./faults/arbitraries.ts";
import { inOrder, trySchedules } from "./run/schedules.ts";
import { attach, type AttachCase, quietAttach as quiet } from "./scenarios/attach.ts";
import { ownErrors } from "./scenarios/setting.ts";

let requests: { kubelet: RequestTexts; impostor: RequestTexts };
beforeAll(async () => {
  requests = { kubelet: await makeRequests(), impostor: await makeRequests() };
});

const within = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const pace: fc.Arbitrary<MachinePace> = fc.record({
  boots: within(10_000),
  registers: within(3_000),
  initialized: within(3_000),
  ready: within(3_000),
});

describe("GIVEN a worker, WHEN it is attached", () => {
  test("THEN without any fault it is Ready", async () => {
    const { rest, results, warnings } = await attach(inOrder(), quiet, requests);
    expect({ rest, results, warnings }).toEqual({
      rest: "state: NodeClaim,Server,NodeDrain,OpenShiftNode,PoolMembership; worker: Ready; servers: 1; Node: of server-1",
      results: [undefined],
      warnings: [],
    });
  });

  const attaches: fc.Arbitrary<AttachCase> = fc.record({
    plan: plans(6, 30),
    deeds: fc.constant([]),
    impostors: fc.constant([]),
    pace,
    signs: within(3_000),
    pause: fc.constantFrom(0, 10_000),
    destroys: fc.boolean(),
    seed: fc.integer(),
  });
  const inTheEnd = "THEN whatever happens it is Ready in the end, or nothing is left of it";
  test("THEN whatever happens it is Ready in the end, or nothing is left of it", () =>
    trySchedules("join", inTheEnd, [attaches], async (scheduler, drawn) => {
      const outcome = await attach(scheduler, drawn, requests);
      expect(ownErrors(outcome)).toEqual([]);
      expect(outcome.rest).toMatch(drawn.destroys ? destroyed : joined);
    }));
});

const destroyed = /^state: empty; worker: none; servers: 0; Node: none$/;
const joined = /worker: Ready; servers: 1; Node: of server-1$/;

describe("GIVEN a worker whose name somebody else asks for, WHEN it is attached", () => {
  const hour = 3_600_000;
  const attaches: fc.Arbitrary<AttachCase> = fc.record({
    plan: plans(6, 30),
    deeds: fc.constant([]),
    impostors: fc.array(
      fc.record({
        at: fc.oneof(within(15_000), fc.integer({ min: hour, max: hour + 400_000 })),
        asks: fc.constantFrom(
          "with another key",
          "with alternative names",
          "for a serving certificate of another address",
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    // a machine that dies once it was let in
    pace: fc.oneof(
      pace,
      pace.map((it) => ({ ...it, registers: 3 * hour })),
    ),
    signs: within(3_000),
    pause: fc.constantFrom(0, hour + 100_000),
    destroys: fc.constant(false),
    seed: fc.integer(),
  });
  const title = "THEN no second key is approved for its server, however late it asks";
  test("THEN no second key is approved for its server, however late it asks", () =>
    trySchedules("join: second key", title, [attaches], async (scheduler, drawn) => {
      // what a killed process approved is known for an hour, from the request itself (csr/keys.ts)
      const plan = drawn.pause === 0 ? drawn.plan : drawn.plan.filter(({ kind }) => kind !== "killed");
      await attach(scheduler, { ...drawn, plan }, requests, 3);
    }));
});
