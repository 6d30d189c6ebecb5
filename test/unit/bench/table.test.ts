import { expect, test } from "@jest/globals";
import type { PhaseFigures, Result, Round } from "../../bench/report/statistics.ts";
import { requestsTable, resultTable, roundsTable } from "../../bench/report/table.ts";

const requests = (nova: number) => ({ logins: 2, nova, neutron: 3, apiserver: 0 });
const figures = (seconds: number): PhaseFigures => ({
  seconds,
  cpu: seconds / 10,
  memory: seconds * 10,
  requests: requests(seconds),
});
const round = (seconds: number): Round => ({
  create: figures(seconds),
  noChange: figures(1),
  remove: figures(seconds / 2),
});

const base: Result = { name: "base", lacks: "approve", rounds: [round(20)], failures: [] };
const ours: Result = { name: "ours", lacks: "nothing", rounds: [round(10), round(30)], failures: [] };
const broken: Result = { name: "broken", lacks: "all", rounds: [], failures: ["out of memory"] };
const shaky: Result = { name: "shaky", lacks: "much", rounds: [round(40)], failures: ["timeout"] };

test("GIVEN results THEN each row has the medians and their ratios to the base", () => {
  expect(resultTable([ours, base], "base").split("\n").slice(2)).toEqual([
    "| ours | 20.0 (1.00×) | 1.0 (1.00×) | 10.0 (1.00×) | 3.1 (1.00×) | 200 (1.00×) | nothing |",
    "| base | 20.0 | 1.0 | 10.0 | 3.1 | 200 | approve |",
  ]);
});

test("GIVEN contenders that failed THEN the table says so", () => {
  expect(resultTable([broken, shaky, base], "base").split("\n").slice(2, 4)).toEqual([
    "| broken | failed | failed | failed | failed | failed | all |",
    "| shaky (1 failed) | 40.0 (2.00×) | 1.0 (1.00×) | 20.0 (2.00×) | 6.1 (1.97×) | 400 (2.00×) | much |",
  ]);
});

test("GIVEN a base that failed THEN the figures stand without ratios", () => {
  expect(resultTable([ours, { ...base, rounds: [] }], "base")).toContain("| ours | 20.0 | 1.0 |");
});

test("GIVEN results THEN every round has a row of its own", () => {
  expect(roundsTable([ours]).split("\n").slice(2)).toEqual([
    "| ours | 10.0 | 1.0 | 100 | 1.0 | 0.1 | 10 | 5.0 | 0.5 | 50 |",
    "| ours | 30.0 | 3.0 | 300 | 1.0 | 0.1 | 10 | 15.0 | 1.5 | 150 |",
  ]);
});

test("GIVEN results THEN the requests of each phase are medians, and a contender without a round is left out", () => {
  expect(requestsTable([ours, broken]).split("\n").slice(2)).toEqual([
    "| ours | 2 / 20 / 3 / 0 | 2 / 1 / 3 / 0 | 2 / 10 / 3 / 0 |",
  ]);
});
