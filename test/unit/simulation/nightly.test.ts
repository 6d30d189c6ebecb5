import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chunksOf, type Nightly, resumeCommand } from "../../simulation/nightly/chunks.ts";
import { optionsOf } from "../../simulation/nightly/options.ts";

const run: Nightly = { schedules: 25, chunk: 10, seed: 7, from: 1, files: [] };

describe("GIVEN a nightly run of 25 schedules in chunks of 10", () => {
  test("WHEN its chunks are listed THEN they are 10, 10 and 5, each of a seed of its own", () => {
    const chunks = chunksOf(run);
    expect(chunks.map(({ number, schedules }) => [number, schedules])).toEqual([
      [1, 10],
      [2, 10],
      [3, 5],
    ]);
    expect(new Set(chunks.map(({ seed }) => seed)).size).toBe(3);
  });

  test("WHEN it is resumed by the command that a chunk prints THEN the same chunks follow", () => {
    const [, ...args] = resumeCommand({ ...run, files: ["declared"] }, 2).split(" -- ");
    const resumed = optionsOf(args.join("").split(" "));
    expect(resumed).toEqual({ ...run, from: 2, files: ["declared"] });
    expect(chunksOf(resumed)).toEqual(chunksOf(run).slice(1));
  });
});

test("GIVEN any run WHEN its chunks are listed THEN they have all of its schedules, and seeds that fast-check takes", () => {
  const number = fc.integer({ min: 1, max: 5_000 });
  fc.assert(
    fc.property(number, number, fc.integer({ min: 0, max: 2 ** 31 - 1 }), (schedules, chunk, seed) => {
      const chunks = chunksOf({ schedules, chunk, seed, from: 1, files: [] });
      expect(chunks.reduce((all, it) => all + it.schedules, 0)).toBe(schedules);
      expect(chunks.every((it) => it.schedules > 0 && it.seed >= 0 && it.seed < 2 ** 31)).toBe(true);
    }),
  );
});

test.each([
  ["--schedules 1e6", "--schedules 1e6: expected a whole number from 1 to 2147483647"],
  ["--chunk 0", "--chunk 0: expected a whole number from 1 to 2147483647"],
  ["--from 2", "--from: expected --seed, too, as the run printed it"],
  ["--seed 1 --from 4 --schedules 25 --chunk 10", "--from 4: expected a chunk from 1 to 3"],
  ["drains", "drains: expected one of drain, join, claims, waves, lives, declared, rollout"],
  ["--hurry", "Unknown option '--hurry'"],
])("GIVEN the arguments '%s' WHEN they are read THEN the error says what was expected", (args, expected) => {
  expect(() => optionsOf(args.split(" "))).toThrow(expected);
});
