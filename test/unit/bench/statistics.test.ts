import { describe, expect, test } from "@jest/globals";
import { median, orderOf, ratios, type Round, summarise } from "../../bench/report/statistics.ts";

const requests = { logins: 1, nova: 2, neutron: 3, apiserver: 4 };
const round = (seconds: number, memory = 100): Round => ({
  create: { seconds, cpu: 2, memory, requests },
  noChange: { seconds: 1, cpu: 0.5, memory: 50, requests },
  remove: { seconds: seconds / 2, cpu: 1, memory: 80, requests },
});

describe("median", () => {
  test.each([
    [[3], 3],
    [[3, 1], 2],
    [[10, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])("GIVEN %j THEN it is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

test("GIVEN no round THEN there is no summary", () => {
  expect(summarise([])).toBeUndefined();
});

test("GIVEN rounds THEN CPU is the sum of the phases, memory the peak of them, and each figure the median", () => {
  expect(summarise([round(10, 60), round(20, 200)])).toEqual({
    create: 15,
    noChange: 1,
    remove: 7.5,
    cpu: 3.5,
    memory: 140,
  });
});

test("GIVEN two summaries THEN each figure is compared with the base's", () => {
  const base = { create: 10, noChange: 2, remove: 4, cpu: 1, memory: 100 };
  const other = { create: 5, noChange: 4, remove: 4, cpu: 3, memory: 250 };
  expect(ratios(other, base)).toEqual({ create: 0.5, noChange: 2, remove: 1, cpu: 3, memory: 2.5 });
});

describe("GIVEN four contenders", () => {
  const names = ["a", "b", "c", "d"];
  const rounds = [0, 1, 2, 3].map((it) => orderOf(names, it));

  test("THEN each takes part once in each round", () => {
    for (const order of rounds) expect(order.toSorted()).toEqual(names);
  });

  test("THEN no two rounds have the same order", () => {
    expect(new Set(rounds.map((order) => order.join(""))).size).toBe(rounds.length);
  });
});
