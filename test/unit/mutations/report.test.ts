import { expect, test } from "@jest/globals";
import { statusesOf } from "../../mutations/report.ts";

const reportOf = (...results: (readonly [title: string, status: string])[]): string =>
  JSON.stringify({ testResults: results.map(([title, status]) => ({ assertionResults: [{ title, status }] })) });

test.each([
  ["first", ["failed", "passed", "passed"]],
  ["last", ["passed", "passed", "failed"]],
  ["in between", ["passed", "failed", "passed"]],
])(
  "GIVEN a table of tests with one title, of which one failed (%s), WHEN its report is read THEN it failed",
  (_, all) => {
    const statuses = statusesOf(reportOf(["other", "passed"], ...all.map((status) => ["same", status] as const)));
    expect(Object.fromEntries(statuses)).toEqual({ other: "passed", same: "failed" });
  },
);
