import { execa } from "execa";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { known } from "../lab/runtime/processes.ts";
import { repo } from "../lab/settings.ts";

/** What a command that runs several suites is made of; it ends with "N passed, N failed", and its exit code agrees. */

export interface Count {
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
export const elapsed = (): string => `${((performance.now() - began) / 60_000).toFixed(1)} min`;

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(command, args, {
    cwd: repo,
    stdio: ["ignore", "inherit", "inherit"],
    reject: false,
  });
  return exitCode === 0;
}

/** A command that passes or fails as a whole. */
export async function check(title: string, command: string, ...args: readonly string[]): Promise<Count> {
  console.log(`\n== ${title} (${elapsed()})`);
  return (await succeeds(command, args)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A test that is skipped counts as failed: nothing may be left out in silence. */
export async function jest(project: string, ...args: readonly string[]): Promise<Count> {
  console.log(`\n== ${project} tests (${elapsed()})`);
  const folder = await mkdtemp(path.join(tmpdir(), "jest-"));
  const report = path.join(folder, "report.json");
  try {
    // what a failed test leaves open, a watch or a server, must not keep the rest from running
    const common = ["--forceExit", "--json", "--outputFile", report];
    await succeeds("./test/start", ["jest", "--selectProjects", project, ...common, ...args]);
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

/**
 * Tests on a lab that is brought up for them. A lab that was there before stays; its tests want it empty, and say so if it
 * is not.
 *
 * @param run is told whether the lab was brought up for it
 * @param size arguments of `lab up` for a lab that is brought up
 * @param kind arguments of `lab up` that a lab that was there before must agree with
 */
export async function onTheLab(
  run: (broughtUp: boolean) => Promise<readonly Count[]>,
  size: readonly string[] = [],
  kind: readonly string[] = [],
): Promise<Count[]> {
  const ours = (await known()).length === 0;
  const up = await check("lab up", "./test/start", "test/lab/cli.ts", "up", ...kind, ...(ours ? size : []));
  const tests = up.failed > 0 ? [] : await run(ours);
  const down = ours ? [await check("lab down", "./test/start", "test/lab/cli.ts", "down")] : [];
  return [up, ...tests, ...down];
}

/** Prints the sum and sets the exit code. */
export function finish(counts: readonly Count[]): void {
  const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
  console.log(`\n${elapsed()}\n${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}
