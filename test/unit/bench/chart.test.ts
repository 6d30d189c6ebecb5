import { expect, test } from "@jest/globals";
import { chart } from "../../bench/report/chart.ts";

const drawn = chart({
  title: "a < b",
  series: ["create", "delete"],
  groups: [
    { label: "ours", values: [100, 50] },
    { label: "theirs & others", values: [undefined, 0] },
  ],
});

const widths = (fill: string): number[] =>
  [...drawn.matchAll(/<rect x="\d+" y="\d+" width="(\d+)" height="12" fill="(#\w+)"/g)]
    .filter(([, width, colour]) => colour === fill && width !== "12")
    .map(([, width]) => Number(width));

test("GIVEN values THEN the bars have one scale, and the longest takes the whole width", () => {
  expect(widths("#1f77b4")).toEqual([550]);
  expect(widths("#aaaaaa")).toEqual([275, 1]);
});

test("GIVEN a value that is missing THEN the chart says so", () => {
  expect(drawn.match(/>failed</g)).toHaveLength(1);
});

test("GIVEN words with special characters THEN they are escaped", () => {
  expect(drawn).toContain(">a &lt; b</text>");
  expect(drawn).toContain(">theirs &amp; others</text>");
});
