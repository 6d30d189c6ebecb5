import { expect, test } from "@jest/globals";
import { type PreviewResult, previewChapter, previewTable, withPreviewChapter } from "../../bench/report/previews.ts";

const figures = (seconds: number) => ({ seconds, cpu: seconds / 2, memory: seconds * 10 });
const ours: PreviewResult = {
  name: "ours",
  rounds: new Map([
    [10, [figures(4), figures(6)]],
    [100, [figures(14)]],
  ]),
};
const base: PreviewResult = {
  name: "base",
  rounds: new Map([
    [10, [figures(2)]],
    [100, [figures(20)]],
  ]),
};

const rows = (table: string): string[] => table.split("\n").slice(2);

test("GIVEN results THEN each row has medians, ratios to the base and to the fewest workers, and what one more costs", () => {
  expect(rows(previewTable([ours, base], "base"))).toEqual([
    "| 10 | ours | 5.0 (2.50×) | 2.5 (2.50×) | 50 (2.50×) | 1.00× | – | – | – |",
    "| 10 | base | 2.0 | 1.0 | 20 | 1.00× | – | – | – |",
    "| 100 | ours | 14.0 (0.70×) | 7.0 (0.70×) | 140 (0.70×) | 0.28× | 100 | 50 | 1024 |",
    "| 100 | base | 20.0 | 10.0 | 200 | 1.00× | 200 | 100 | 2048 |",
  ]);
});

test("GIVEN a client without figures at a number of workers THEN the row says so", () => {
  const short = { ...ours, rounds: new Map([[10, [figures(5)]]]) };
  expect(rows(previewTable([short, base], "base"))[2]).toBe("| 100 | ours | – | – | – | – | – | – | – |");
});

test("GIVEN a document THEN the chapter goes to its end, and replaces the one of an earlier run wherever it is", () => {
  const chapter = (date: string): string => previewChapter([ours, base], date, "base");
  const first = withPreviewChapter("# Bench\n\nText.\n", chapter("2026-01-01"));
  expect(first).toMatch(/^# Bench\n\nText\.\n\n## A preview without changes/);
  const second = withPreviewChapter(`${first}\n## Every round\n\nRows.\n`, chapter("2026-01-02"));
  expect(second).toContain("2026-01-02");
  expect(second).not.toContain("2026-01-01");
  expect(second).toMatch(/\n## Every round\n\nRows\.\n$/);
  expect(second.match(/## A preview without changes/g)).toHaveLength(1);
});
