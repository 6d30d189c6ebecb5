import { describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { type Page, pages, proseOf } from "../../support/pages.ts";

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const anchorsOf = (page: Page): string[] =>
  [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

/** Targets of the links and pictures of a page, but for those into the web; text in backticks has none. */
const linksOf = (page: Page): string[] => {
  const text = proseOf(page).replaceAll(/`[^`\n]*`/g, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset)="([^"]+)"/g)];
  return targets.map(([, target = ""]) => target).filter((target) => !/^https?:/.test(target));
};

/** What a link leads to, relative to the repository, and the heading that it names. */
function resolve(from: string, link: string): { file: string; anchor: string | undefined } {
  const [target = "", anchor] = link.split("#");
  return { file: target === "" ? from : path.join(path.dirname(from), target), anchor };
}

describe.each(pages.map((page) => [page.file, page] as const))("GIVEN %s", (_, page) => {
  test("WHEN its links are followed THEN each leads to a file of the repository, and to a heading of it", () => {
    const broken = linksOf(page).filter((link) => {
      const { file, anchor } = resolve(page.file, link);
      const target = pages.find((each) => each.file === file);
      if (!existsSync(path.join(repo, file)) || file.startsWith("..")) return true;
      return anchor !== undefined && (!target || !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test("WHEN its headings are read THEN no two have one anchor", () => {
    const anchors = anchorsOf(page);
    expect(anchors.filter((anchor, i) => anchors.indexOf(anchor) !== i)).toEqual([]);
  });
});

test("GIVEN the README WHEN its links are followed THEN every page is reached", () => {
  const reached = new Set(["README.md"]);
  for (const file of reached) {
    const page = pages.find((each) => each.file === file);
    for (const link of page ? linksOf(page) : []) reached.add(resolve(file, link).file);
  }
  expect(pages.map(({ file }) => file).filter((file) => !reached.has(file))).toEqual([]);
});
