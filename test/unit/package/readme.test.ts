import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { packageReadme } from "../../../package/readme.ts";
import { repo } from "../../lab/settings.ts";

describe("GIVEN a page of the repository WHEN it becomes the package's README", () => {
  test.each<[string, string, string]>([
    ["a link that is named by its file", "in [docs/teams.md](teams.md#a-policy-pack).", "in `docs/teams.md`."],
    ["a folder", "The pack in [policy/](../policy)", "The pack in `policy`"],
    [
      "a link by other words",
      "as [the example](../examples/a/index.ts) shows",
      "as the example (`examples/a/index.ts`) shows",
    ],
    ["a link into the web stays", "[npm](https://npm.example/a)", "[npm](https://npm.example/a)"],
    ["so does one within the page", "[above](#three-ways-in)", "[above](#three-ways-in)"],
  ])("THEN %s", (_, page, expected) => {
    const [title, , note, , text] = packageReadme(`# Title\n\n${page}\n`, "docs").split("\n");
    expect([title, text]).toEqual(["# Title", expected]);
    expect(note).toMatch(/^Paths are those of the repository/);
  });

  test("THEN no link of docs/build-on.md leads to a file that the package does not have", async () => {
    const readme = packageReadme(await readFile(path.join(repo, "docs/build-on.md"), "utf8"), "docs");
    expect([...readme.matchAll(/\]\((?!https?:|#)[^)]+\)/g)].map(([link]) => link)).toEqual([]);
    expect(readme).toContain("`examples/own-program` is such a program");
  });
});
