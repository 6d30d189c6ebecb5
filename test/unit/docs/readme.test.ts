import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";

const read = (name: string): Promise<string> => readFile(path.join(repo, name), "utf8");

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

test.each(["README.md", "docs/configure.md"])(
  "GIVEN %s WHEN it shows the lab's stack THEN that is the file as it is",
  async (page) => {
    expect(await read(page)).toContain(`\`\`\`yaml\n${await read("stacks/Pulumi.lab.yaml")}\`\`\``);
  },
);

test("GIVEN package.json WHEN docs/development.md lists dependencies THEN none is left out", async () => {
  const page = await read("docs/development.md");
  const { dependencies, devDependencies } = JSON.parse(await read("package.json")) as Package;
  const listed = page.slice(page.indexOf("## What each dependency is for"));
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  expect(names.filter((name) => !listed.includes(name) && !name.startsWith("@types/"))).toEqual([]);
});
