import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { startTimer, timeoutSignal } from "../../../../components/lib/timer.ts";
import { sleep, until } from "../../../../components/lib/wait.ts";

/** What setTimeout takes at most: a longer timer fires at once, with these fake timers as with those of Node.js. */
const longest = 2 ** 31 - 1;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const lengths: [string, number][] = [
  ["a second", 1_000],
  ["the longest that setTimeout takes", longest],
  ["a millisecond more", longest + 1],
  ["twice as long", 2 * longest],
  ["a month", 31 * 24 * 3_600_000],
  ["a year", 366 * 24 * 3_600_000],
];

describe.each(lengths)("GIVEN a wait of %s", (_, ms) => {
  test("WHEN a timer is started THEN it fires when it is over, not before, and once", () => {
    const fired = jest.fn();
    startTimer(ms, fired);
    jest.advanceTimersByTime(ms - 1);
    expect(fired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(2 * ms);
    expect(fired).toHaveBeenCalledTimes(1);
  });

  test("WHEN the timer is stopped shortly before it is over THEN it does not fire", () => {
    const fired = jest.fn();
    const stop = startTimer(ms, fired);
    jest.advanceTimersByTime(ms - 1);
    stop();
    jest.advanceTimersByTime(2 * ms);
    expect(fired).not.toHaveBeenCalled();
  });

  test("WHEN a signal is to abort THEN it does when it is over, as one that timed out", () => {
    const signal = timeoutSignal(ms);
    jest.advanceTimersByTime(ms - 1);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: "TimeoutError" });
  });

  test("WHEN it is slept for THEN the sleep is over then", async () => {
    const over = jest.fn();
    const sleeping = sleep(ms).then(over);
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(over).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(over).toHaveBeenCalledTimes(1);
  });

  test("WHEN a test is repeated after it THEN it runs again then, not before", async () => {
    const results = [undefined, "done"];
    const tested = jest.fn(() => results.shift());
    const waiting = until({ test: tested, wake: [], signal: new AbortController().signal, every: () => ms });
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(tested).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(await waiting).toBe("done");
  });
});

test("GIVEN a wait without an end WHEN years pass THEN the timer does not fire", () => {
  const fired = jest.fn();
  startTimer(Infinity, fired);
  jest.advanceTimersByTime(100 * longest);
  expect(fired).not.toHaveBeenCalled();
});

test("GIVEN a sleep WHEN its signal aborts THEN it rejects with the signal's reason, and no timer is left", async () => {
  const controller = new AbortController();
  const sleeping = sleep(2 * longest, controller.signal);
  const reason = new Error("cancelled");
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  expect(jest.getTimerCount()).toBe(0);
});
