import { expect, test } from "@jest/globals";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { cliVersion } from "../../lab/builds/build.ts";
import { repo } from "../../lab/settings.ts";
import { pages } from "../../support/pages.ts";

const [page] = pages.filter(({ file }) => file === "docs/support.md");
const rows = (page?.text ?? "")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (what|-)/.test(line))
  .map((line) => line.split(/(?<!\\) \|/).map((each) => each.replace(/^\| ?/, "").trim()));
const codesOf = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** Everything that the program can say, as it is written. */
const sources = ["infra", "components"]
  .flatMap((folder) => globSync(`${folder}/**/*`, { cwd: repo }))
  .filter((file) => /\.ts$|infra\/cli\/start$/.test(file))
  .map((file) => readFileSync(path.join(repo, file), "utf8"));

test("GIVEN docs/support.md WHEN it names a test THEN there is one", () => {
  const tests = codesOf(page?.text).filter((code) => code.startsWith("test/"));
  expect(tests.length).toBeGreaterThan(30);
  expect(tests.filter((file) => !existsSync(path.join(repo, file)))).toEqual([]);
});

test("GIVEN docs/support.md WHEN it quotes what is said of something refused THEN the program says it", () => {
  const quoted = rows
    .flatMap(([, , refused = ""]) => codesOf(refused))
    .filter((code) => code.includes(" ") && !code.startsWith("verify: "));
  expect(quoted.length).toBeGreaterThan(25);
  expect(quoted.filter((text) => !sources.some((source) => source.includes(text)))).toEqual([]);
});

test("GIVEN docs/support.md WHEN a section has a table THEN it has each row once", () => {
  const sections = (page?.text ?? "").split(/^## /m).map((section) => {
    const rows = section.split("\n").filter((line) => line.startsWith("| "));
    return rows.map((line) => line.split(" |")[0] ?? "");
  });
  expect(sections.flat().length).toBeGreaterThan(60);
  const repeated = sections.flatMap((cells) => cells.filter((cell, i) => cells.indexOf(cell) !== i));
  expect(repeated).toEqual([]);
});

test("GIVEN the Pulumi CLI WHEN its oldest and its tried release are told THEN by Pulumi.yaml, the lab and the pages alike", async () => {
  const text = (file: string): string => readFileSync(path.join(repo, file), "utf8");
  const [, oldest = ""] = /^requiredPulumiVersion: ">=(3\.\d+)\.0"$/m.exec(text("Pulumi.yaml")) ?? [];
  const tried = (await cliVersion()).replace(/\.\d+$/, "");
  const [, works, refused, unknown] = rows.find(([what]) => what === "Pulumi CLI") ?? [];
  expect(works).toContain(tried);
  expect(refused).toContain(`below ${oldest}`);
  const [, minor = ""] = tried.split(".");
  expect(unknown).toContain(`${oldest} to 3.${Number(minor) - 1}`);
  expect(text("infra/registrar/Pulumi.yaml")).toContain(`requiredPulumiVersion: ">=${oldest}.0"`);
  expect(text("docs/install.md")).toContain(`${oldest} or later`);
});
