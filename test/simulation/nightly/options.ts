import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { files as all } from "../run/shares.ts";
import { countOf, type Nightly } from "./chunks.ts";

/** A mistake of who typed the command. */
export class UsageError extends Error {}

export const usage = `npm run test:nightly -- [<option> ...] [<file> ...]
  --schedules <number>  how many are tried, 1000000 by default
  --chunk <number>      how many at a time, 10000 by default
  --seed <number>       which; drawn by default, and printed
  --from <number>       the chunk to begin with, 1 by default: to resume a run, with its seed
  <file>                of test/simulation: ${all.join(", ")}; all by default`;

const numbers = { type: "string" } as const;

/** @throws UsageError which tells of every mistake */
export function optionsOf(args: readonly string[]): Nightly {
  const { values, positionals } = parsed(args);
  const mistakes: string[] = [];
  const numberOf = (name: keyof typeof values, least: number, otherwise: number): number => {
    const text = values[name];
    if (text === undefined) return otherwise;
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) >= 2 ** 31)
      mistakes.push(`--${name} ${text}: expected a whole number from ${least} to ${2 ** 31 - 1}`);
    return Number(text);
  };
  const run = {
    schedules: numberOf("schedules", 1, 1_000_000),
    chunk: numberOf("chunk", 1, 10_000),
    seed: numberOf("seed", 0, randomInt(2 ** 31)),
    from: numberOf("from", 1, 1),
    files: positionals,
  };
  for (const file of positionals) {
    if (!all.includes(file)) mistakes.push(`${file}: expected one of ${all.join(", ")}`);
  }
  if (run.from > 1 && values.seed === undefined) mistakes.push("--from: expected --seed, too, as the run printed it");
  if (mistakes.length === 0 && run.from > countOf(run))
    mistakes.push(`--from ${run.from}: expected a chunk from 1 to ${countOf(run)}`);
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return run;
}

function parsed(args: readonly string[]): {
  values: Partial<Record<"schedules" | "chunk" | "seed" | "from", string>>;
  positionals: string[];
} {
  const options = { schedules: numbers, chunk: numbers, seed: numbers, from: numbers };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
