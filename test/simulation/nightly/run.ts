import { execa } from "execa";
import { repo } from "../../lab/settings.ts";
import { files as all, totalFor } from "../run/shares.ts";
import { chunksOf, countOf, type Nightly, resumeCommand } from "./chunks.ts";
import { optionsOf, usage, UsageError } from "./options.ts";

/** Tries a night's worth of schedules, chunk by chunk, on one core; goes on after a failure, and tells all of them in the end. */

/** @returns what Jest has said of a failure, undefined if there was none */
async function failureOf(files: readonly string[], schedules: number, seed: number): Promise<string | undefined> {
  const filter = ["--testPathPatterns", `simulation/(${files.join("|")})\\.test`];
  const { exitCode, all: output } = await execa(
    "./test/start",
    ["jest", "--selectProjects", "simulation", "--ci", "--runInBand", "--silent", ...filter],
    {
      cwd: repo,
      env: { SIMULATION_SCHEDULES: String(totalFor(files, schedules)), SIMULATION_SEED: String(seed) },
      all: true,
      reject: false,
    },
  );
  return exitCode === 0 ? undefined : output;
}

/** @returns numbers of the chunks that have failed */
async function nightly(run: Nightly): Promise<number[]> {
  const files = run.files.length === 0 ? all : run.files;
  const failed: number[] = [];
  for (const { number, schedules, seed } of chunksOf(run)) {
    const began = performance.now();
    console.log(`chunk ${number} of ${countOf(run)}: ${schedules} schedules of seed ${seed}`);
    console.log(`  to resume here: ${resumeCommand(run, number)}`);
    const failure = await failureOf(files, schedules, seed);
    console.log(
      `  ${failure === undefined ? "passed" : "FAILED"} after ${Math.round((performance.now() - began) / 1000)} s`,
    );
    if (failure === undefined) continue;
    failed.push(number);
    console.log(failure);
  }
  return failed;
}

try {
  const failed = await nightly(optionsOf(process.argv.slice(2)));
  if (failed.length > 0) console.log(`chunks that failed, each with the command that replays it: ${failed.join(", ")}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
