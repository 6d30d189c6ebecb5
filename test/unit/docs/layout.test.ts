import { expect, test } from "@jest/globals";
import { readdirSync } from "node:fs";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { blocksOf, pages } from "../../support/pages.ts";

const folders = ["infra", "components", "components/node", "test"].flatMap((parent) =>
  readdirSync(path.join(repo, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`),
);

test("GIVEN the folders of program and tests WHEN docs/architecture.md shows the layout THEN none is left out", () => {
  const tree = pages
    .flatMap(blocksOf)
    .find(({ file, lines }) => file === "docs/architecture.md" && lines[0]?.startsWith("stacks/ ") === true);
  expect(folders.length).toBeGreaterThan(25);
  expect(folders.filter((folder) => !tree?.lines.some((line) => line.includes(folder)))).toEqual([]);
});
