import { setTimeout as sleep } from "node:timers/promises";

/** Asks `probe` until it answers something; fails after `seconds` with what was awaited. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(200);
  }
}

/** Does something while `work` is under way; whatever becomes of that, the work is waited for. */
export async function meanwhile<T>(work: Promise<T>, during: () => Promise<unknown>): Promise<T> {
  try {
    await during();
  } finally {
    await work;
  }
  return work;
}
