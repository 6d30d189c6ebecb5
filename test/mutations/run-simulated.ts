import { execa } from "execa";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { format } from "prettier";
import { repo } from "../lab/settings.ts";
import { apply, type Mutation } from "./apply.ts";
import { statusesOf } from "./report.ts";
import { simulated } from "./simulated.ts";

/** Runs each mutation of simulated.ts against its simulation, in a copy of the project, and writes the table beside this file. */

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What a simulation needs of the project, but for node_modules, to which a link is enough. */
const copied = ["components", "infra", "test", "docs", "jest.config.js", "package.json"];

async function inCopy<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "simulated-"));
  try {
    for (const name of copied) await cp(path.join(repo, name), path.join(folder, name), { recursive: true });
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The status of the mutation's test in the folder. */
async function statusOf({ suite = "", red }: Mutation, folder: string): Promise<string> {
  const output = path.join(folder, "report.json");
  await rm(output, { force: true });
  const filter = ["--testPathPatterns", `simulation/${suite}\\.test`, "--testNamePattern", escape(red)];
  const args = ["--selectProjects", "simulation", "--runInBand", "--json", "--outputFile", output, ...filter];
  const jest = path.join(repo, "node_modules/jest/bin/jest.js");
  await execa(process.execPath, ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    reject: false,
  });
  return statusesOf(await readFile(output, "utf8")).get(red) ?? "did not run";
}

/** A simulation that is red anyway proves nothing. */
async function baseline(chosen: readonly Mutation[]): Promise<void> {
  const tests = [...new Map(chosen.map((it) => [`${String(it.suite)}: ${it.red}`, it]))];
  await inCopy(async (folder) => {
    const bad: string[] = [];
    for (const [test, it] of tests) if ((await statusOf(it, folder)) !== "passed") bad.push(test);
    if (bad.length > 0) throw new Error(`red without any mutation:\n  ${bad.join("\n  ")}`);
  });
}

/** Only those whose names contain it, without a table; default: all. */
const wanted = process.argv[2];
const chosen = simulated.filter(({ name }) => wanted === undefined || name.includes(wanted));

console.log("\n== no mutation");
await baseline(chosen);

const rows: { mutation: Mutation; status: string }[] = [];
for (const mutation of chosen) {
  console.log(`\n== ${mutation.name}`);
  const status = await inCopy(async (folder) => {
    await apply(mutation, folder);
    return statusOf(mutation, folder);
  });
  console.log(status);
  rows.push({ mutation, status });
}

const table = [
  "# Defects that the program had, brought back, and the simulation that detected each",
  "",
  "Written by `npm run test:mutations:simulated`.",
  "",
  "| mutation | file | test that must turn red | result |",
  "| --- | --- | --- | --- |",
  ...rows.map(({ mutation: { name, file, suite, red }, status }) => {
    const result = status === "failed" ? "red, as it must be" : `**not noticed (${status})**`;
    return `| ${name} | ${file} | ${String(suite)}: ${red} | ${result} |`;
  }),
].join("\n");
if (wanted === undefined) {
  const text = await format(table, { parser: "markdown", printWidth: 120 });
  await writeFile(path.join(import.meta.dirname, "SIMULATED.md"), text);
}
const noticed = rows.filter(({ status }) => status === "failed").length;
console.log(`\n${noticed} passed, ${rows.length - noticed} failed`);
process.exitCode = noticed === rows.length ? 0 : 1;
