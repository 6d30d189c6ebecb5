import { describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { npmCommandsOf, pages } from "../../support/pages.ts";

const { scripts } = JSON.parse(await readFile(path.join(repo, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The file of a script that is a program of this repository. */
const fileOf = (script: string): string | undefined => /^\S+\/start (\S+\.ts)$/.exec(scripts[script] ?? "")?.[1];

const unknown = "--no-such-option";

/** What the program of a script says of these options, and of one that no program has, which keeps it from doing anything. */
async function answer(file: string, options: readonly string[]): Promise<string> {
  const source = await readFile(path.join(repo, file), "utf8");
  if (!/\b(parseArgs|optionsOf)\(/.test(source)) throw new Error(`${file} takes no options`);
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...options, unknown], { cwd: repo }, (error, _, stderr) =>
      resolve(`${error?.code ?? 0} ${stderr}`),
    );
  });
}

const given = pages.flatMap(npmCommandsOf).flatMap(({ script, options }) => {
  const file = fileOf(script);
  return file === undefined ? [] : options.map((option) => ({ script, file, option }));
});
const programs = [...new Set(given.map(({ file }) => file))];

test("GIVEN the pages WHEN their options are read THEN there are some of the users' programs and of the lab", () => {
  expect(programs).toEqual(expect.arrayContaining(["infra/cli/status.ts", "infra/cli/doctor.ts", "test/lab/cli.ts"]));
});

describe.each(programs)("GIVEN %s", (file) => {
  const options = [...new Set(given.filter((each) => each.file === file).map(({ option }) => option))];

  test("WHEN it gets an option that it does not have THEN it says so", async () => {
    expect(await answer(file, [])).toMatch(/^[12] .*Unknown option '--no-such-option'/s);
  });

  test.each(options)("WHEN it gets %s, which a page names, THEN it knows it", async (option) => {
    expect(await answer(file, [option])).not.toContain(`Unknown option '${option}'`);
  });
});
