import type { Run } from "../e2e/support/project.ts";
import { lastLines } from "../lab/runtime/last-lines.ts";
import type { Contender, Hand } from "./contenders/contender.ts";
import { clean, holdings } from "./lab/clean.ts";
import { machinesAvailable } from "./lab/ready.ts";
import { measured } from "./measure/measure.ts";
import { countRequests } from "./measure/requests.ts";
import { orderOf, type Phase, type PhaseFigures, phases, type Result, type Round } from "./report/statistics.ts";
import { figuresLine } from "./report/table.ts";

export interface Plan {
  readonly rounds: number;
  /** workers of each contender */
  readonly count: number;
}

export interface Settings extends Plan {
  /** Shows what goes on. */
  readonly say: (text: string) => void;
  /** aborted: what has been made is removed, and nothing else begins */
  readonly interrupted: AbortSignal;
}

/** Lines of a failed command that are shown. */
const shownLines = 15;

/** Throws the last lines of a command that failed. */
export function mustSucceed({ ok, output }: Run, phase: Phase): void {
  if (ok) return;
  throw new Error(`${phase} failed:\n${lastLines(output, shownLines)}`);
}

/** A contender that is fast because it has not done its work does not count. */
export async function verify(phase: Phase, count: number): Promise<void> {
  const { active, servers, ports, containers } = await holdings();
  const found = [active.length, servers.length, ports.length, containers.length].join(" ");
  const wanted = phase === "remove" ? "0 0 0 0" : [count, count, count, 1].join(" ");
  if (found !== wanted) {
    throw new Error(`after ${phase}: ACTIVE servers, servers, ports, containers are ${found}, not ${wanted}`);
  }
}

async function phasesOf(hand: Hand, { count, say, interrupted }: Settings): Promise<Round> {
  const figures: Partial<Record<Phase, PhaseFigures>> = {};
  for (const phase of phases) {
    interrupted.throwIfAborted();
    const requests = await countRequests();
    const { value, figures: measuredFigures } = await measured(hand[phase]);
    const counts = await requests();
    mustSucceed(value, phase);
    await verify(phase, count);
    figures[phase] = { ...measuredFigures, requests: counts };
    say(`  ${phase}: ${figuresLine(measuredFigures)}`);
  }
  return figures as Round;
}

/** One contender's round, on a lab that is empty before and after. */
async function takeTurn(contender: Contender, settings: Settings): Promise<Round> {
  const { count, say, interrupted } = settings;
  await machinesAvailable(count);
  interrupted.throwIfAborted();
  const hand = await contender.begin(count);
  try {
    return await phasesOf(hand, settings);
  } finally {
    // also when the other fails
    const ends = await Promise.allSettled([clean(), hand.end()]);
    for (const end of ends) if (end.status === "rejected") say(`  cleaning: ${String(end.reason)}`);
  }
}

/** All rounds. What fails is noted with its last lines, and the rest goes on. */
export async function compete(contenders: readonly Contender[], settings: Settings): Promise<Result[]> {
  const { rounds, say, interrupted } = settings;
  const results = contenders.map(({ name, lacks }) => ({
    name,
    lacks,
    rounds: [] as Round[],
    failures: [] as string[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const i of orderOf([...contenders.keys()], round)) {
      const [contender, result] = [contenders[i], results[i]];
      if (!contender || !result) continue;
      say(`round ${round + 1} of ${rounds}: ${contender.name}`);
      try {
        result.rounds.push(await takeTurn(contender, settings));
      } catch (error) {
        interrupted.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        result.failures.push(reason);
        say(`  FAILED: ${reason}`);
      }
    }
  }
  return results;
}
