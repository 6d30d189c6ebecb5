import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { trySchedules } from "./run/schedules.ts";
import { PoolRun, type WavesCase } from "./scenarios/waves.ts";

// The roll of a pool, looked at as often as the program looks, while its machines come and go by themselves, the
// machine-config operator updates them, and the command is killed and repeated.

const drawn: fc.Arbitrary<WavesCase> = fc.record({
  starts: fc.array(fc.record({ state: fc.constantFrom("serving", "cordoned", "out", "new") }), {
    minLength: 2,
    maxLength: 6,
  }),
  maxUnavailable: fc.integer({ min: 0, max: 3 }),
  surge: fc.integer({ min: 0, max: 2 }),
  ignored: fc.integer({ min: 0, max: 12 }),
  paused: fc.boolean(),
  happenings: fc.array(
    fc.record({
      event: fc.constantFrom("away", "back", "back", "begin", "go on", "kill"),
      worker: fc.nat({ max: 7 }),
    }),
    { maxLength: 12 },
  ),
});
// a config without either is refused
const pools = drawn.filter(({ maxUnavailable, surge }) => maxUnavailable + surge > 0);

const rolled =
  "GIVEN a pool whose machines come and go WHEN it is rolled, killed and rolled again THEN never more are out than may be, and all are replaced";
test(rolled, () =>
  trySchedules("waves", rolled, [pools], async (scheduler, scenario) => {
    const run = new PoolRun(scenario, scheduler);
    await run.run();
    expect(run.world.violations).toEqual([]);
  }),
);

const repeated = "GIVEN a pool that is as wanted WHEN the command is repeated THEN nobody is taken out";
test(repeated, () =>
  trySchedules("waves: repeated", repeated, [pools], async (scheduler, scenario) => {
    const run = new PoolRun(scenario, scheduler);
    await run.run();
    const before = run.world.nodeList();
    await run.command();
    expect(run.world.nodeList()).toEqual(before);
  }),
);
