import { execa } from "execa";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { e2eFiles } from "./e2e/files.ts";
import { leftovers } from "./lab/leftovers.ts";
import { known } from "./lab/runtime/processes.ts";
import { machines, repo } from "./lab/settings.ts";

/** Everything that `npm test` runs, quick things first. Ends with "N passed, N failed"; the exit code agrees. */

/** How many files of end-to-end tests run at once, of those that share the lab. */
const filesAtOnce = z.coerce.number().int().min(1).default(2).parse(process.env["E2E_FILES"]);

/** A file has four workers at most; one machine more may still be cleaned after the file before. */
const machinesOfFile = 5;

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const jestResult = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

const began = performance.now();
const elapsed = (): string => `${((performance.now() - began) / 60_000).toFixed(1)} min`;

async function run(command: string, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(command, args, {
    cwd: repo,
    stdio: ["ignore", "inherit", "inherit"],
    reject: false,
  });
  return exitCode === 0;
}

/** A command that passes or fails as a whole. */
async function check(title: string, command: string, ...args: readonly string[]): Promise<Count> {
  console.log(`\n== ${title} (${elapsed()})`);
  return (await run(command, args)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A test that is skipped counts as failed: nothing may be left out in silence. */
async function jest(project: string, ...args: readonly string[]): Promise<Count> {
  console.log(`\n== ${project} tests (${elapsed()})`);
  const folder = await mkdtemp(path.join(tmpdir(), "jest-"));
  const report = path.join(folder, "report.json");
  try {
    // what a failed test leaves open, a watch or a server, must not keep the rest from running
    const common = ["--forceExit", "--json", "--outputFile", report];
    await run("./test/start", ["jest", "--selectProjects", project, ...common, ...args]);
    const written = await readFile(report, "utf8").catch(() => undefined);
    if (written === undefined) return { passed: 0, failed: 1 };
    const result = jestResult.parse(JSON.parse(written));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numPendingTests + result.numRuntimeErrorTestSuites,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that shares the lab looks at its own pools only: what any of them has left shows here. */
async function nothingLeft(): Promise<Count> {
  console.log(`\n== nothing is left on the lab (${elapsed()})`);
  const left = await leftovers().catch((error: unknown) => [String(error)]);
  for (const line of left) console.error(line);
  return left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** First the files that share the lab, so many at once; then those that need it for themselves, one by one. */
async function endToEnd(atOnce: number): Promise<Count[]> {
  const { shared, exclusive } = await e2eFiles();
  return [
    await jest("e2e", `--maxWorkers=${atOnce}`, "--runTestsByPath", ...shared),
    await nothingLeft(),
    await jest("e2e", "--runInBand", "--runTestsByPath", ...exclusive),
    await nothingLeft(),
  ];
}

/** A lab that was there before stays; its tests want it empty, and say so if it is not. */
async function onTheLab(): Promise<Count[]> {
  const ours = (await known()).length === 0;
  const size = ours ? ["--machines", String(filesAtOnce * machinesOfFile)] : [];
  const atOnce = ours ? filesAtOnce : Math.max(1, Math.min(filesAtOnce, Math.floor(machines.length / machinesOfFile)));
  const up = await check("lab up", "./test/start", "test/lab/cli.ts", "up", ...size);
  const tests = up.failed > 0 ? [] : await endToEnd(atOnce);
  const down = ours ? [await check("lab down", "./test/start", "test/lab/cli.ts", "down")] : [];
  return [up, ...tests, ...down];
}

const counts = [
  await jest("unit", "--maxWorkers=2"),
  await check("format", "./test/start", "prettier", "--check", "."),
  await check("types", "./test/start", "tsc"),
  await check("lint", "./test/start", "eslint", "."),
  await check("imports", "./test/start", "depcruise", "infra", "components", "test"),
  // the component tests need no lab, and the lab's tests wait most of the time
  ...(await Promise.all([jest("component", "--runInBand"), onTheLab()])).flat(),
];
const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
console.log(`\n${elapsed()}\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
