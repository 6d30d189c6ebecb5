import { expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { pages } from "../../support/pages.ts";

const text = pages.find(({ file }) => file === "docs/runbooks.md")?.text ?? "";
const tried = "What has been tried";
const titles = [...text.matchAll(/^## (.+)$/gm)].flatMap(([, title]) => title ?? []);
const rows = text
  .slice(text.indexOf(`## ${tried}`))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (runbook|-)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("GIVEN the runbooks WHEN they say what has been tried THEN each of them is there", () => {
  expect(titles.length).toBeGreaterThan(8);
  expect(rows.map(([, title]) => title)).toEqual(titles.filter((title) => title !== tried));
});

test.each(rows.map(([, title = "", tests = ""]) => [title, tests]))(
  "GIVEN %s WHEN it names tests THEN they exist",
  (_, tests) => {
    const files = [...tests.matchAll(/`(test\/[^`]+)`/g)].flatMap(([, file]) => file ?? []);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(path.join(repo, file)))).toEqual([]);
  },
);
