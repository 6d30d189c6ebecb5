import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { mutations, suiteOf } from "../../mutations/list.ts";
import { simulated } from "../../mutations/simulated.ts";

test.each([...mutations])(
  "GIVEN the mutation '$name' WHEN it is looked up THEN its text occurs once in its file and its test exists",
  async (mutation) => {
    const { file, find, red, after } = mutation;
    const source = await readFile(path.join(repo, file), "utf8");
    expect(source.split(find)).toHaveLength(2);
    const tests = await readFile(path.join(repo, `test/e2e/${suiteOf(mutation)}.test.ts`), "utf8");
    for (const title of [red, ...(after ?? [])]) expect(tests).toContain(`"${title}"`);
  },
);

test.each([...simulated])(
  "GIVEN the defect '$name' WHEN it is looked up THEN its text occurs once in its file and its simulation exists",
  async ({ file, find, suite = "", red }) => {
    const source = await readFile(path.join(repo, file), "utf8");
    expect(source.split(find)).toHaveLength(2);
    expect(await readFile(path.join(repo, `test/simulation/${suite}.test.ts`), "utf8")).toContain(`"${red}"`);
  },
);
