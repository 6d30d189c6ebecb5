import fc from "fast-check";
import { randomInt } from "node:crypto";
import { z } from "zod";
import { type MakeScheduler, schedulers } from "./drawn-scheduler.ts";
import { type Property, schedulesOf } from "./shares.ts";

/** How many schedules are tried, and which: by the environment, so that a failure is replayed by one command. */

const environment = z
  .object({
    /** of all properties together, each of which gets its share (shares.ts) */
    SIMULATION_SCHEDULES: z.coerce.number().int().min(1).optional(),
    SIMULATION_SEED: z.coerce.number().int().optional(),
    SIMULATION_PATH: z.string().optional(),
  })
  .refine((it) => it.SIMULATION_PATH === undefined || it.SIMULATION_SEED !== undefined, {
    message: "a path is one of a seed: set SIMULATION_SEED, too",
  })
  .parse(process.env);

/** `npm test` tries the same schedules each time: what fails is of the change, and not of the day. Others are drawn. */
const tested = { schedules: 10_000, seed: 1430391236 };

type Arbitraries<T extends unknown[]> = { [K in keyof T]: fc.Arbitrary<T[K]> };

/** Which schedules of a property are tried: so many of a seed, or the one at a path. */
interface Trial {
  readonly schedules: number;
  readonly seed: number;
  readonly path?: string | undefined;
}

/** Tries a property, and finds a smaller failure when it fails. */
export async function check<T extends unknown[]>(
  { schedules, seed, path }: Trial,
  arbitraries: Arbitraries<T>,
  property: (scheduler: fc.Scheduler, ...drawn: T) => Promise<void>,
): Promise<fc.RunDetails<[MakeScheduler, unknown[]]>> {
  const drawn = fc.asyncProperty(schedulers(), fc.tuple(...arbitraries), (scheduler, values) =>
    property(scheduler(), ...(values as T)),
  );
  const replay = path === undefined ? {} : { path, endOnFailure: true };
  return withoutStacks(() => fc.check(drawn, { numRuns: schedules, seed, ...replay }));
}

/** Those that are made here, and those that Node.js itself makes, as the reason of a signal that is aborted. */
const errorsOfAllRealms = [
  Error,
  (Object.getPrototypeOf(DOMException.prototype) as Error).constructor as ErrorConstructor,
];

/** Half of a run's time is the stacks of errors that are expected, and of timers; a failure is told by its trace. */
async function withoutStacks<T>(work: () => Promise<T>): Promise<T> {
  const limits = errorsOfAllRealms.map(({ stackTraceLimit }) => stackTraceLimit);
  for (const each of errorsOfAllRealms) each.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    for (const [i, each] of errorsOfAllRealms.entries()) each.stackTraceLimit = limits[i] ?? 10;
  }
}

/** @param title of the test */
export function replayCommand(seed: number, path: string, title: string): string {
  const quoted = title.replaceAll("'", String.raw`'\''`);
  return `SIMULATION_SEED=${seed} SIMULATION_PATH=${path} npm run test:simulation -- -t '${quoted}'`;
}

/**
 * Tries a property with schedules of its share.
 *
 * @param name of the property
 * @param title of the test, for the command that replays a failure
 * @throws Error with what the schedule did, and the command
 */
export async function trySchedules<T extends unknown[]>(
  name: Property,
  title: string,
  arbitraries: Arbitraries<T>,
  property: (scheduler: fc.Scheduler, ...drawn: T) => Promise<void>,
): Promise<void> {
  const { SIMULATION_SCHEDULES: asked, SIMULATION_SEED: given, SIMULATION_PATH: path } = environment;
  // fast-check's own would come from the simulated clock
  const seed = given ?? (asked === undefined ? tested.seed : randomInt(2 ** 31));
  const schedules = schedulesOf(name, asked ?? tested.schedules);
  const result = await check({ schedules, seed, path }, arbitraries, property);
  if (!result.failed) return;
  const error = result.errorInstance;
  throw new Error(
    [
      `schedule ${result.numRuns} fails: ${error instanceof Error ? error.message : String(error)}`,
      `drawn: ${JSON.stringify(result.counterexample?.[1])}`,
      "replay:",
      `  ${replayCommand(result.seed, String(result.counterexamplePath), title)}`,
    ].join("\n"),
    { cause: error },
  );
}

/** One schedule, the same always. */
export function inOrder(): fc.Scheduler {
  const [scheduler] = fc.sample(fc.scheduler(), { numRuns: 1, seed: 1 });
  if (!scheduler) throw new Error("fast-check drew no scheduler");
  return scheduler;
}
