import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { format } from "prettier";
import { repo } from "../lab/settings.ts";
import type { Mutation } from "./apply.ts";
import { mutations, suiteOf } from "./list.ts";
import { statusesOf } from "./report.ts";

/** Runs each mutation's tests on the lab, which must be up, and writes the table beside this file. */

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Runs the named tests of the mutations' suites on the lab, with the mutation if there is one, and returns each one's status by its title. */
async function run(
  chosen: readonly Mutation[],
  titles: readonly string[],
  folder: string,
  mutation?: string,
): Promise<Map<string, string>> {
  const output = path.join(folder, "report.json");
  await rm(output, { force: true });
  const args = ["--selectProjects", "e2e", "--runInBand", "--forceExit", "--json", "--outputFile", output];
  const suites = [...new Set(chosen.map(suiteOf))].join("|");
  const filter = ["--testPathPatterns", `e2e/(${suites})`, "--testNamePattern", titles.map(escape).join("|")];
  await execa("./test/start", ["jest", ...args, ...filter], {
    cwd: repo,
    env: { MUTATION: mutation ?? "" },
    stdio: ["ignore", "inherit", "inherit"],
    reject: false,
  });
  return statusesOf(await readFile(output, "utf8"));
}

const titlesOf = ({ red, after }: Mutation): string[] => [...(after ?? []), red];

/** A lab on which the tests are red anyway proves nothing. */
async function baseline(folder: string): Promise<void> {
  const titles = [...new Set(mutations.flatMap(titlesOf))];
  const statuses = await run(mutations, titles, folder);
  const bad = titles.filter((title) => statuses.get(title) !== "passed");
  if (bad.length > 0) throw new Error(`red without any mutation:\n  ${bad.join("\n  ")}`);
}

const folder = await mkdtemp(path.join(tmpdir(), "mutations-"));
console.log("\n== no mutation");
await baseline(folder);
const rows: { mutation: Mutation; status: string }[] = [];
for (const mutation of mutations) {
  console.log(`\n== ${mutation.name}`);
  const statuses = await run([mutation], titlesOf(mutation), folder, mutation.name);
  rows.push({ mutation, status: statuses.get(mutation.red) ?? "did not run" });
}
await rm(folder, { recursive: true });

const table = [
  "# Deliberate errors in the program, and the end-to-end test that detected each",
  "",
  "Written by `npm run test:mutations`.",
  "",
  "| mutation | file | test that must turn red | result |",
  "| --- | --- | --- | --- |",
  ...rows.map(({ mutation, status }) => {
    const result = status === "failed" ? "red, as it must be" : `**not noticed (${status})**`;
    return `| ${mutation.name} | ${mutation.file} | ${mutation.red} | ${result} |`;
  }),
].join("\n");
await writeFile(
  path.join(import.meta.dirname, "RESULTS.md"),
  await format(table, { parser: "markdown", printWidth: 120 }),
);
const noticed = rows.filter(({ status }) => status === "failed").length;
console.log(`\n${noticed} passed, ${rows.length - noticed} failed`);
process.exitCode = noticed === rows.length ? 0 : 1;
