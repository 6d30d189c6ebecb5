import fc from "fast-check";
import type { Victim } from "../../e2e/support/project.ts";

/** One worker's life, in which one command is killed at a random moment. */
export interface RandomLife {
  readonly victim: Victim;
  /** the command that is killed */
  readonly command: "up" | "destroy";
  /** of the command's usual duration: when it is killed */
  readonly at: number;
  /** what is typed after it, and after `pulumi cancel` where a lock is left */
  readonly then: "the same command" | "destroy";
}

/** In %, of its usual duration: a command that is killed later may be over already. */
const latest = 95;

const life: fc.Arbitrary<RandomLife> = fc
  .record({
    victim: fc.constantFrom<Victim>("command", "engine", "plugin"),
    command: fc.constantFrom<RandomLife["command"]>("up", "up", "destroy"),
    at: fc.integer({ min: 0, max: latest }).map((percent) => percent / 100),
    then: fc.constantFrom<RandomLife["then"]>("the same command", "destroy"),
  })
  // a destroy that is repeated is a destroy
  .map((drawn) => (drawn.command === "destroy" ? { ...drawn, then: "the same command" } : drawn));

/** The same lives for the same seed. */
export const randomLives = (seed: number, count: number): RandomLife[] =>
  fc.sample(fc.noBias(life), { seed, numRuns: count });

/** As the name of a test shows it. */
export const describeLife = ({ victim, command, at, then }: RandomLife): string =>
  `${victim} of ${command} killed at ${Math.round(at * 100)} % of its time, then ${then}`;
