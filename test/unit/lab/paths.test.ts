import { expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";

/** `path.join(repo, "test/lab/x.ts")`: no import, so that the type check does not follow it. */
const reference = /path\.join\(repo, "([^"]+)"\)/g;

test("GIVEN the lab's sources WHEN they name a file of the repository by its path THEN it exists", async () => {
  const named: string[] = [];
  for await (const file of glob("test/{lab,e2e,mutations,soak}/**/*.ts", { cwd: repo })) {
    const text = await readFile(path.join(repo, file), "utf8");
    named.push(...[...text.matchAll(reference)].flatMap((it) => it[1] ?? []));
  }
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !existsSync(path.join(repo, name)))).toEqual([]);
});
