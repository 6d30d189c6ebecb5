import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { type Block, blocksOf, npmCommandsOf, type Page, pages } from "../../support/pages.ts";

/**
 * A block of commands says by its fence who runs them: `sh` has commands of this repository alone, which
 * test/component/docs/commands.test.ts hands to their own parsers; `sh real-cloud` needs a cloud; `sh test/<file>` is run by
 * that test.
 */

const { scripts } = JSON.parse(await readFile(path.join(repo, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const languages = ["sh", "text", "yaml", "ts", "json"];
const blocks = pages.flatMap(blocksOf);
const nameOf = ({ file, lines }: Block): string => `${file}: ${lines[0]}`;

/** Lines that a shell would run: without comments, empty lines and continued lines. */
const commandsOf = ({ lines }: Block): string[] =>
  lines.filter((line, i) => !/^\s*(#|$)/.test(line) && !(lines[i - 1]?.endsWith("\\") ?? false));

test("GIVEN the pages' blocks WHEN their fences are read THEN each says what it has", () => {
  expect(blocks.length).toBeGreaterThan(20);
  expect(blocks.filter(({ info }) => !languages.includes(info.split(" ")[0] ?? "")).map(nameOf)).toEqual([]);
});

test("GIVEN blocks that need no cloud WHEN their commands are read THEN all are npm's", () => {
  const own = blocks.filter(({ info }) => info === "sh").flatMap(commandsOf);
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter((line) => !/^(?:[A-Z_]+=\S+ )*npm (?:run [\w:-]+|test|ci|pack|install)( |$)/.test(line))).toEqual(
    [],
  );
});

test("GIVEN blocks of commands WHEN their fences name more than the shell THEN it is real-cloud or a test", () => {
  const marks = blocks.filter(({ info }) => info.startsWith("sh ")).map(({ info }) => info.slice("sh ".length));
  expect(marks.filter((mark) => mark !== "real-cloud" && !/^test\/\S+\.test\.ts$/.test(mark))).toEqual([]);
});

test("GIVEN blocks that a test runs WHEN the test is read THEN it types something of each", async () => {
  const run = blocks.filter(({ info }) => info.startsWith("sh test/"));
  expect(run.length).toBeGreaterThan(3);
  for (const block of run) {
    const source = await readFile(path.join(repo, block.info.slice("sh ".length)), "utf8");
    const typed = [...source.matchAll(/\.type\("([^"]+)"/g)].map(([, needle = ""]) => needle);
    expect([nameOf(block), typed.some((needle) => block.lines.join("\n").includes(needle))]).toEqual([
      nameOf(block),
      true,
    ]);
  }
});

describe.each(pages.map((page): [string, Page] => [page.file, page]))("GIVEN %s", (_, page) => {
  test("WHEN it names npm's scripts THEN package.json has them", () => {
    const named = npmCommandsOf(page).map(({ script }) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
