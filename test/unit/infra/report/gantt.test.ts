import { expect, test } from "@jest/globals";
import { colours } from "../../../../infra/report/gantt.ts";
import { phases } from "../../../../infra/report/lives.ts";

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((i) => {
    const part = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test.each(["#ffffff", "#14171c"])("GIVEN the background %s THEN every phase has a contrast of 3:1 at least", (back) => {
  expect(phases.filter((phase) => contrast(colours[phase], back) < 3)).toEqual([]);
});

test("GIVEN two phases THEN they have different colours", () => {
  expect(new Set(Object.values(colours)).size).toBe(phases.length);
});
