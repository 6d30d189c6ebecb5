import { createHash } from "node:crypto";

/** A nightly run: so many schedules of a seed, in chunks that are repeated and resumed each by itself. */
export interface Nightly {
  readonly schedules: number;
  /** schedules of a chunk */
  readonly chunk: number;
  readonly seed: number;
  /** the first chunk, from 1: those before it have been tried */
  readonly from: number;
  /** files of test/simulation; none: all that try schedules */
  readonly files: readonly string[];
}

interface Chunk {
  /** from 1 */
  readonly number: number;
  readonly schedules: number;
  readonly seed: number;
}

export const countOf = ({ schedules, chunk }: Nightly): number => Math.ceil(schedules / chunk);

/** The chunks that are still to be tried. The seed of each depends on the run's and on its number alone. */
export function chunksOf(run: Nightly): Chunk[] {
  return Array.from({ length: countOf(run) }, (_, i) => ({
    number: i + 1,
    schedules: Math.min(run.chunk, run.schedules - i * run.chunk),
    seed: seedOf(run.seed, i + 1),
  })).slice(run.from - 1);
}

/** Neighbours have nothing in common. Below 2^31, as fast-check takes seeds. */
const seedOf = (seed: number, chunk: number): number =>
  createHash("sha256").update(`${seed} ${chunk}`).digest().readUInt32BE() >>> 1;

/** What is typed to go on with a chunk. */
export function resumeCommand({ schedules, chunk, seed, files }: Nightly, from: number): string {
  const options = Object.entries({ schedules, chunk, seed, from }).map(([name, value]) => `--${name} ${value}`);
  return ["npm run test:nightly --", ...options, ...files].join(" ");
}
