import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { check, replayCommand } from "./run/schedules.ts";
import { Simulation } from "./run/simulation.ts";
import { World } from "./world/world.ts";

/** Runners start after so many ms each, and arrive in the scheduler's order. */
async function race(scheduler: fc.Scheduler, starts: readonly number[]): Promise<readonly string[]> {
  const simulation = new Simulation(scheduler, new World(), []);
  for (const [i, ms] of starts.entries()) {
    simulation.later(ms, `${i} starts`, () => simulation.step(`${i} arrives`, () => undefined));
  }
  await simulation.pass(1_000);
  return simulation.trace;
}

const runners = fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 8 });

/** Made to fail in some schedules only: its message tells the schedule. */
async function lastIsNotFirst(scheduler: fc.Scheduler, starts: readonly number[]): Promise<void> {
  const trace = await race(scheduler, starts);
  const arrived = trace.filter((it) => it.endsWith("arrives"));
  if (arrived[0]?.includes(` ${starts.length - 1} `)) throw new Error(trace.join("\n"));
}

const messageOf = ({ errorInstance }: { errorInstance: unknown }): string => (errorInstance as Error).message;

describe("GIVEN a property that some schedules break", () => {
  test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
    "WHEN the failure that was found with seed %i is replayed by its path THEN the same schedule fails",
    async (seed) => {
      const found = await check({ schedules: 50, seed }, [runners], lastIsNotFirst);
      const path = found.counterexamplePath ?? "";
      const replayed = await check({ schedules: 50, seed, path }, [runners], lastIsNotFirst);
      expect(path).toContain(":");
      expect(replayed).toMatchObject({ failed: true, numRuns: 1, counterexamplePath: path });
      expect(messageOf(replayed)).toBe(messageOf(found));
    },
  );
});

test("GIVEN a title with an apostrophe WHEN the replay's command is written THEN a shell reads the title as one word", () => {
  expect(replayCommand(7, "3:0", "nobody else's key")).toBe(
    String.raw`SIMULATION_SEED=7 SIMULATION_PATH=3:0 npm run test:simulation -- -t 'nobody else'\''s key'`,
  );
});
