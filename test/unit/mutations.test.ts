import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { repo } from "../lab/settings.ts";
import { mutations } from "../mutations/list.ts";

test.each([...mutations])(
  "GIVEN the mutation '$name' WHEN it is looked up THEN its text stands once in its file and its test exists",
  async ({ file, find, red, after }) => {
    const source = await readFile(path.join(repo, file), "utf8");
    expect(source.split(find)).toHaveLength(2);
    const suites = ["attach-detach", "stuck-machine"].map((name) => path.join(repo, `test/e2e/${name}.test.ts`));
    const tests = (await Promise.all(suites.map((suite) => readFile(suite, "utf8")))).join("\n");
    for (const title of [red, ...(after ?? [])]) expect(tests).toContain(`"${title}"`);
  },
);
