import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { outputsOf } from "../../../infra/outputs.ts";
import { repo } from "../../lab/settings.ts";

interface Released {
  readonly version: string;
}

const versionIn = async (file: string): Promise<string> =>
  (JSON.parse(await readFile(path.join(repo, file), "utf8")) as Released).version;

test("GIVEN a stack without workers WHEN its outputs are read THEN they say the release and the checks that are skipped", async () => {
  expect(outputsOf([], ["dns"])).toEqual({
    version: await versionIn("package.json"),
    workers: [],
    attach: [],
    skippedChecks: ["dns"],
  });
});

test("GIVEN the release of package.json WHEN the lock and the changelog are read THEN they have the same", async () => {
  const version = await versionIn("package.json");
  expect(await versionIn("package-lock.json")).toBe(version);
  const changelog = await readFile(path.join(repo, "CHANGELOG.md"), "utf8");
  expect(/^## (\d+\.\d+\.\d+)/m.exec(changelog)?.[1]).toBe(version);
});
