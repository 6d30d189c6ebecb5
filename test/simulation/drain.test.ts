import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Deed } from "./actors/others.ts";
import { plans } from "./faults/arbitraries.ts";
import { inOrder, trySchedules } from "./run/schedules.ts";
import { detach, type DetachCase, quietDetach as quiet } from "./scenarios/detach.ts";
import { ownErrors } from "./scenarios/setting.ts";

const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    who: fc.constantFrom("administrator", "machine-config-operator", "autoscaler"),
    what: fc.constantFrom("cordons", "uncordons", "labels", "taints", "deletes the Node"),
    at: fc.integer({ min: 0, max: 15_000 }),
  }),
  { maxLength: 2 },
);

const detaches: fc.Arbitrary<DetachCase> = fc.record({
  plan: plans(6, 30),
  deeds,
  scheduler: fc.record({ binds: fc.integer({ min: 0, max: 4_000 }), packs: fc.boolean() }),
  pods: fc.integer({ min: 0, max: 2 }),
  minAvailable: fc.integer({ min: 0, max: 2 }),
  begins: fc.integer({ min: 0, max: 2_000 }),
  added: fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 2 }),
  starts: fc.integer({ min: 0, max: 3_000 }),
  ends: fc.integer({ min: 0, max: 8_000 }),
  seed: fc.integer(),
});

describe("GIVEN a worker with pods, WHEN it is detached", () => {
  test("THEN without any fault its pods run elsewhere, and nothing is left of it", async () => {
    const { rest, results, warnings } = await detach(inOrder(), quiet);
    expect({ rest, results, warnings }).toEqual({
      rest: "state: empty; servers: 0; Nodes: lab-worker-9; pods elsewhere: 3",
      results: [undefined],
      warnings: [],
    });
  });

  test("THEN the same schedule gives the same trace", async () => {
    const first = await detach(inOrder(), quiet);
    expect((await detach(inOrder(), quiet)).trace).toEqual(first.trace);
  });

  const any = "THEN whatever happens no pod ends with its server, and the command succeeds in the end";
  test("THEN whatever happens no pod ends with its server, and the command succeeds in the end", () =>
    trySchedules("drain", any, [detaches], async (scheduler, drawn) => {
      const outcome = await detach(scheduler, drawn);
      expect(ownErrors(outcome)).toEqual([]);
      expect(outcome.rest).toMatch(/^state: empty; servers: 0; Nodes: lab-worker-9;/);
    }));
});
