import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type Phase, PhaseTimeout, Timeline } from "../../../../../components/node/operation/phases.ts";

const operation = {
  urn: "urn:pulumi:s::p::t::n",
  verb: "create" as const,
  log: { status: () => undefined, info: () => undefined, warn: () => undefined },
  signal: new AbortController().signal,
  deadline: Infinity,
  replacement: false,
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const phaseOf = (seconds: number): Phase => ({
  name: "boot",
  deadline: Date.now() + seconds * 1_000,
  timeout: { seconds, key: "timeouts.boot" },
  awaiting: () => "the kubelet",
});

/** Work that ends only when its phase does. */
function endless(): { work: (signal: AbortSignal) => Promise<never>; isOver: () => boolean } {
  let given: AbortSignal | undefined;
  const work = (signal: AbortSignal): Promise<never> => {
    given = signal;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  };
  return { work, isOver: () => given?.aborted === true };
}

describe.each([
  ["an hour", 3_600],
  ["a month, longer than Node's longest timer", 720 * 3_600],
])("GIVEN a phase of at most %s", (_, seconds) => {
  test("WHEN its work does not end THEN it times out at its bound, not before", async () => {
    const { work, isOver } = endless();
    const running = new Timeline(operation).run(phaseOf(seconds), work);
    running.catch(() => undefined);
    jest.advanceTimersByTime(seconds * 1_000 - 1);
    expect(isOver()).toBe(false);
    jest.advanceTimersByTime(1);
    expect(isOver()).toBe(true);
    await expect(running).rejects.toBeInstanceOf(PhaseTimeout);
  });
});

test("GIVEN customTimeouts that end before the phase WHEN its work does not end THEN they end it", async () => {
  const { work } = endless();
  const seconds = 3_600;
  const capped = { ...operation, deadline: Date.now() + seconds * 1_000 };
  const running = new Timeline(capped).run(phaseOf(2 * seconds), work);
  jest.advanceTimersByTime(seconds * 1_000);
  await expect(running).rejects.toMatchObject({ capped: true });
});

test("GIVEN work that ends WHEN its phase is over THEN no timer is left", async () => {
  await new Timeline(operation).run(phaseOf(720 * 3_600), () => Promise.resolve());
  expect(jest.getTimerCount()).toBe(0);
});
