import { beforeAll, describe, expect, test } from "@jest/globals";
import pMap from "p-map";
import { z } from "zod";
import { leftovers } from "../lab/leftovers.ts";
import { Lane, type Outcome } from "./random/lane.ts";
import { describeLife, type RandomLife, randomLives } from "./random/plan.ts";

const count = z.coerce.number().int().min(1).default(40).parse(process.env["SOAK_LIVES"]);
const lanes = z.coerce.number().int().min(1).default(2).parse(process.env["SOAK_LANES"]);
const seed = z.coerce
  .number()
  .int()
  .default(Date.now() % 2 ** 31)
  .parse(process.env["SOAK_SEED"]);

const lives = randomLives(seed, count);

/** Lives them all, so many at once; one that fails does not keep the others from being lived. */
async function liveAll(): Promise<ReadonlyMap<RandomLife, Outcome | Error>> {
  const outcomes = new Map<RandomLife, Outcome | Error>();
  const queue = [...lives];
  await pMap(
    Array.from({ length: lanes }, (_, number) => number),
    async (number) => {
      const lane = await Lane.create(number);
      const usual = await lane.usual();
      for (let life = queue.shift(); life; life = queue.shift()) {
        const outcome = await lane.live(life, usual).catch((error: unknown) => error as Error);
        outcomes.set(life, outcome);
        console.log(`${outcomes.size} of ${count}: ${describeLife(life)}: ${shown(outcome)}`);
        if (outcome instanceof Error) await lane.clear();
      }
    },
  );
  return outcomes;
}

const shown = (outcome: Outcome | Error): string =>
  outcome instanceof Error ? outcome.message : JSON.stringify(outcome);

describe(`GIVEN ${count} lives of a worker, each with a command that is killed at a random moment (SOAK_SEED=${seed})`, () => {
  let outcomes: ReadonlyMap<RandomLife, Outcome | Error>;
  beforeAll(async () => {
    outcomes = await liveAll();
  }, 4 * 3_600_000);

  const outcome = (life: RandomLife): Outcome => {
    const found = outcomes.get(life);
    if (!found || found instanceof Error) throw found ?? new Error("not lived");
    return found;
  };

  describe.each(lives.map((life) => [describeLife(life), life] as const))("WHEN the %s", (_, life) => {
    test("THEN each command after it completes, with one server whose Node serves where it was `up`", () => {
      const { killed, serves = true } = outcome(life);
      expect({ killed, serves }).toEqual({ killed: true, serves: true });
    });

    test("THEN nothing is left, and every pod was evicted by the eviction API", () => {
      const { left, pods } = outcome(life);
      expect({ left, undrained: pods.filter(({ evicted }) => !evicted) }).toEqual({ left: [], undrained: [] });
    });
  });

  test("THEN nothing is left on the whole lab", async () => {
    expect(await leftovers()).toEqual([]);
  });
});
