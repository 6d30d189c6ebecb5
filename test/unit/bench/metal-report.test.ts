import { expect, test } from "@jest/globals";
import { type MetalResult, metalChapter, metalTable, withMetalChapter } from "../../bench/report/metal.ts";

const result: MetalResult = {
  metal: { boot: 30, deploy: 20, clean: 10 },
  created: { count: 50, bare: 70, ours: 110 },
  roll: { workers: 5, maxUnavailable: 2, wave: 60, seconds: 297 },
};

test("GIVEN figures THEN each row has the limit with the boot, of each wave of a roll, and the ratio to it", () => {
  expect(metalTable(result).split("\n").slice(2)).toEqual([
    "| create 50 workers | 100.0 | 110.0 (1.10×) |",
    "| replace 5 workers, 2 at a time | 270.0 | 297.0 (1.10×) |",
  ]);
});

test("GIVEN a document with the chapter THEN it is replaced, and what follows stays", () => {
  const first = withMetalChapter("# Bench\n", metalChapter(result, "2026-01-01"));
  const second = withMetalChapter(`${first}\n## Every round\n`, metalChapter(result, "2026-01-02"));
  expect(second).toContain("2026-01-02");
  expect(second).not.toContain("2026-01-01");
  expect(second).toMatch(/\n## Every round\n$/);
});
