import { mustSucceed, verify } from "../compete.ts";
import { bare } from "../contenders/bare.ts";
import type { Contender, Hand } from "../contenders/contender.ts";
import { forget, ourProject, ours } from "../contenders/ours.ts";
import { clean } from "../lab/clean.ts";
import type { MetalTime } from "../lab/latencies.ts";
import { machinesAvailable } from "../lab/ready.ts";
import { measured } from "../measure/measure.ts";
import type { MetalResult, Roll } from "../report/metal.ts";

/** What real metal adds to the clients: all of it at once when many machines start, once more for each wave of a roll. */

/** A minute for a new machine, and some more for one that is used again. */
export const metalTime: MetalTime = { boot: 30, deploy: 30, clean: 10 };

/** Workers of the roll, and how many of them may be out of service. */
const roll = { workers: 10, maxUnavailable: 2 };

const payload = (text: string): object => ({
  ignition: {
    onChange: "replace",
    fragments: [
      { ignition: { version: "3.2.0" }, storage: { files: [{ path: "/etc/bench", contents: { source: text } }] } },
    ],
  },
});

interface Settings {
  /** workers that are created at once */
  readonly count: number;
  readonly say: (text: string) => void;
  readonly interrupted: AbortSignal;
}

const concurrently = ours("this program", (count) => 4 * count);

/** Removes what is left, also after a failure. */
async function finished<T>(work: Promise<T>, end: () => Promise<unknown>): Promise<T> {
  try {
    return await work;
  } finally {
    await clean(900);
    await end();
  }
}

async function createSeconds(contender: Contender, { count, say, interrupted }: Settings): Promise<number> {
  await machinesAvailable(count, 900);
  interrupted.throwIfAborted();
  const hand = await contender.begin(count);
  const create = async (): Promise<number> => {
    const { value, figures } = await measured(hand.create);
    mustSucceed(value, "create");
    await verify("create", count);
    say(`${contender.name}: ${count} created in ${figures.seconds.toFixed(1)} s`);
    return figures.seconds;
  };
  return finished(create(), () => hand.end());
}

/** Seconds to replace all workers by an edit of the payload, in waves. */
async function rollSeconds({ say, interrupted }: Settings): Promise<number> {
  const { workers, maxUnavailable } = roll;
  await machinesAvailable(workers, 900);
  interrupted.throwIfAborted();
  const rollout = { maxUnavailable };
  const project = await ourProject(workers, { rollout, ...payload("data:,before") });
  const replace = async (): Promise<number> => {
    mustSucceed(await project.up("--parallel", "40"), "create");
    await project.configure({
      pools: await project.pools({ name: "bench", replicas: workers, rollout, ...payload("data:,after") }),
    });
    const { value, figures } = await measured(() => project.up("--parallel", "40"));
    mustSucceed(value, "create");
    await verify("create", workers);
    say(`roll of ${workers}, ${maxUnavailable} at a time: ${figures.seconds.toFixed(1)} s`);
    return figures.seconds;
  };
  const removed = async (): Promise<number> => {
    const seconds = await replace();
    mustSucceed(await project.destroy("--parallel", "40"), "remove");
    return seconds;
  };
  return finished(removed(), () => forget(project));
}

async function replaceByHand(hand: Hand, count: number): Promise<number> {
  mustSucceed(await hand.create(), "create");
  const { figures } = await measured(async () => {
    mustSucceed(await hand.remove(), "remove");
    await machinesAvailable(count, 900);
    mustSucceed(await hand.create(), "create");
  });
  return figures.seconds;
}

/** Seconds of one wave by bare requests: delete, wait until the machines are available, create until ACTIVE. */
async function waveSeconds({ say, interrupted }: Settings): Promise<number> {
  await machinesAvailable(roll.maxUnavailable, 900);
  interrupted.throwIfAborted();
  const hand = await bare.begin(roll.maxUnavailable);
  const seconds = await finished(replaceByHand(hand, roll.maxUnavailable), () => hand.end());
  say(`a wave by bare requests: ${seconds.toFixed(1)} s`);
  return seconds;
}

async function measureRoll(settings: Settings): Promise<Roll> {
  const wave = await waveSeconds(settings);
  return { ...roll, wave, seconds: await rollSeconds(settings) };
}

/** Measures a create of many workers and a roll, on metal that takes its time. */
export async function measureMetal(settings: Settings): Promise<MetalResult> {
  const created = {
    count: settings.count,
    bare: await createSeconds(bare, settings),
    ours: await createSeconds(concurrently, settings),
  };
  return { metal: metalTime, created, roll: await measureRoll(settings) };
}
