import { expect, test } from "@jest/globals";
import { descendants, parseStat } from "../../bench/measure/processes.ts";

test("GIVEN a stat file whose name looks like fields THEN parent and ticks are read behind it", () => {
  const text = "42 (a) b (c) S 7 42 42 0 -1 4194560 100 200 0 0 11 3 50 6 20 0 1 0 12345 1000 50";
  expect(parseStat(text)).toEqual({ parent: 7, own: 14, reaped: 56 });
});

test("GIVEN a tree of processes THEN all that are below one are found, and no others", () => {
  const parents = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
    [6, 2],
  ]);
  expect(descendants(parents, 2).toSorted()).toEqual([3, 4, 6]);
  expect(descendants(parents, 5)).toEqual([]);
});
