import { beforeAll, describe, test } from "@jest/globals";
import fc from "fast-check";
import { types } from "../component/support/pool-fixtures.ts";
import { recordRegistrations } from "../component/support/recorder.ts";
import { trySchedules } from "./run/schedules.ts";
import { Roll, type RollCase } from "./scenarios/roll.ts";

let current: Roll | undefined;
beforeAll(async () => {
  const outputs = {
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  };
  await recordRegistrations(outputs, async (type, name) => current?.created(type, name));
});

const rolls: fc.Arbitrary<RollCase> = fc.record({
  serves: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300_000 })), { minLength: 2, maxLength: 4 }),
  maxUnavailable: fc.integer({ min: 1, max: 2 }),
  joins: fc.integer({ min: 1, max: 100_000 }),
  starts: fc.integer({ min: 0, max: 300_000 }),
});

describe("GIVEN a pool whose workers are all replaced, some of which are out of service, WHEN they come back meanwhile", () => {
  const title = "THEN no more workers that serve are taken out at once than the rollout allows";
  test("THEN no more workers that serve are taken out at once than the rollout allows", () =>
    trySchedules("rollout", title, [rolls], async (scheduler, drawn) => {
      current = new Roll(scheduler, drawn);
      await current.run();
    }));
});
