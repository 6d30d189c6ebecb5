import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { format } from "prettier";
import { z } from "zod";
import { repo } from "../lab/settings.ts";
import type { Mutation } from "./apply.ts";
import { mutations } from "./list.ts";

/** Runs each mutation's tests on the lab, which must be up, and writes the table beside this file. */

const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) })),
});

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

async function statusOf(mutation: Mutation, folder: string): Promise<string> {
  const output = path.join(folder, "report.json");
  const pattern = [...(mutation.after ?? []), mutation.red].map(escape).join("|");
  await execa(
    "./test/start",
    [
      ...["jest", "--selectProjects", "e2e", "--runInBand", "--json", "--outputFile", output],
      ...["--testNamePattern", pattern, "--testPathPatterns", "attach-detach"],
    ],
    { cwd: repo, env: { MUTATION: mutation.name }, stdio: ["ignore", "inherit", "inherit"], reject: false },
  );
  const { testResults } = report.parse(JSON.parse(await readFile(output, "utf8")));
  const found = testResults.flatMap((result) => result.assertionResults).find(({ title }) => title === mutation.red);
  return found?.status ?? "did not run";
}

const folder = await mkdtemp(path.join(tmpdir(), "mutations-"));
const rows: { mutation: Mutation; status: string }[] = [];
for (const mutation of mutations) {
  console.log(`\n== ${mutation.name}`);
  rows.push({ mutation, status: await statusOf(mutation, folder) });
}
await rm(folder, { recursive: true });

const table = [
  "# Faults put into the program on purpose, and the end-to-end test that noticed each",
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
