import { expect, test } from "@jest/globals";
import { listed } from "../../../../components/lib/listed.ts";
import { stoppedText, waveLine } from "../../../../components/rollout/report.ts";

const progress = { inPlace: 1, left: ["d", "e"], count: 5 };

test("GIVEN a roll WHEN a wave begins THEN its line tells who is replaced, how many are in place and who is left", () => {
  expect(waveLine(["b", "c"], false, progress)).toBe("replacing b, c; 1 of 5 workers are in place, not begun: d, e");
  expect(waveLine(["b", "c"], true, { ...progress, left: [] })).toBe(
    "replacing b, c as canary; 1 of 5 workers are in place, not begun: none",
  );
});

test("GIVEN a worker that did not come back WHEN the roll stops THEN the error tells who failed, who is untouched, the way on and the way back", () => {
  const text = stoppedText("metal", { failed: ["c"], added: [] }, { ...progress, inPlace: 2 });
  expect(text).toContain("pool metal: the roll stops, because c did not come back into service");
  expect(text).toContain("2 of 5 workers are in place, not begun: d, e");
  expect(text).toMatch(
    /To go on, repair the cause and repeat pulumi up.*to go back, undo the edit and repeat pulumi up/,
  );
  expect(text).not.toContain("--target");
});

test.each([
  [
    ["c"],
    [],
    "If there is no error of c, --target or --exclude has left out what is new: repeat pulumi up without it, or take c out of the config until then.",
  ],
  [
    ["c", "s"],
    ["s"],
    "of c, s, --target or --exclude has left out what is new: repeat pulumi up without it, or take c out of the config until then.",
  ],
  [["s"], ["s"], "of s, --target or --exclude has left out what is new: repeat pulumi up without it."],
])(
  "GIVEN the new workers %j, and the surge workers %j WHEN a roll stops after them THEN only one of the config is to be taken out of it",
  (added, surge, expected) => {
    const text = stoppedText("metal", { failed: ["b", ...added], added, surge }, progress);
    expect(text.endsWith(expected)).toBe(true);
  },
);

test("GIVEN hundreds of workers WHEN they are listed THEN ten are named and the others counted", () => {
  const names = Array.from({ length: 200 }, (_, i) => `w${i}`);
  expect(listed(names)).toMatch(/^w0, .*, w9 and 190 more$/);
});
