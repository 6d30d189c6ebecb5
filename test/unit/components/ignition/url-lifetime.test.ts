import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  ownTerms,
  queueTerms,
  renderSum,
  sumOf,
  type WorkerBounds,
} from "../../../../components/ignition/url-lifetime.ts";
import { engineMargin, forcedDrain } from "../../../../components/lifecycle/defaults.ts";

/** The defaults of a pool, with some changed. */
const boundsOf = (
  timeouts: Partial<WorkerBounds["timeouts"]> = {},
  drain: Partial<WorkerBounds["drain"]> = {},
): WorkerBounds => ({
  timeouts: { provision: 6000, boot: 3600, servingCsr: 600, ready: 600, delete: 3600, ...timeouts },
  drain: { timeout: 1800, onTimeout: "fail", ...drain },
});

test.each<[string, WorkerBounds, string]>([
  [
    "the defaults",
    boundsOf(),
    "drain.timeout 30m + timeouts.delete 1h + timeouts.provision 1h40m + margin 1m + timeouts.boot 1h = 4h11m",
  ],
  [
    "a drain that is forced at its end",
    boundsOf({}, { onTimeout: "force" }),
    "drain.timeout 30m + drain.onTimeout: force 2m + timeouts.delete 1h + timeouts.provision 1h40m + margin 1m + timeouts.boot 1h = 4h13m",
  ],
  [
    "a drain of hours",
    boundsOf({ delete: 10 * 3600 }, { timeout: 9 * 3600 }),
    "drain.timeout 9h + timeouts.delete 10h + timeouts.provision 1h40m + margin 1m + timeouts.boot 1h = 21h41m",
  ],
])("GIVEN %s THEN the sum of what may pass is shown term by term", (_, bounds, expected) => {
  expect(renderSum(ownTerms(bounds))).toBe(expected);
});

describe("GIVEN workers of one pool that are declared at the same time", () => {
  const replacement = 1800 + 3600 + 6000 + engineMargin;

  test.each<[string, number, number | undefined, number]>([
    ["as many as Pulumi works on at once", 8, 8, 0],
    ["one more", 9, 8, replacement],
    ["twice as many", 16, 8, replacement],
    ["more than twice as many", 17, 8, 2 * replacement],
    ["one after the other", 12, 1, 11 * replacement],
    ["all at once", 500, undefined, 0],
    ["none", 0, 1, 0],
  ])("WHEN they are %s THEN a turn is added for each round before the last", (_, workers, parallel, expected) => {
    expect(sumOf(queueTerms({ pools: [boundsOf()], workers, parallel }))).toBe(expected);
  });

  test("WHEN a join may take longer than a replacement THEN the turn is that of a join", () => {
    const pools = [boundsOf(), boundsOf({ boot: 20_000 })];
    expect(sumOf(queueTerms({ pools, workers: 2, parallel: 1 }))).toBe(20_000 + 600 + 600 + engineMargin);
  });

  test("THEN the sum shows the rounds and whose they are", () => {
    const terms = queueTerms({ pools: [boundsOf()], workers: 12, parallel: 8 });
    expect(renderSum(terms)).toBe("1 round of 3h11m before it, of 12 workers with --parallel 8: 3h11m = 3h11m");
  });
});

/** A worker and how long everything takes this time, as parts of its bounds. */
interface Run {
  readonly bounds: WorkerBounds;
  /** second at which its server is declared, and its URL signed */
  readonly declared: number;
  readonly server: number;
  readonly fetch: number;
  readonly join: number;
}

/**
 * For how long each URL has been signed when its machine fetches the config. The engine has a number of places, and gives
 * them to the servers, and to the joins that follow them, in the order in which they come.
 */
function ages(runs: readonly Run[], parallel: number): number[] {
  const places = Array.from({ length: parallel }, () => 0);
  const fetched = new Map<Run, number>();
  const queue = runs.map((run) => ({ run, at: run.declared, isServer: true }));
  for (;;) {
    const next = queue.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return runs.map((run) => (fetched.get(run) ?? Infinity) - run.declared);
    queue.splice(queue.indexOf(next), 1);
    const { run, at, isServer } = next;
    const { timeouts, drain } = run.bounds;
    const place = places.indexOf(Math.min(...places));
    const forced = drain.onTimeout === "force" ? forcedDrain : 0;
    const took = isServer
      ? run.server * (drain.timeout + forced + timeouts.delete + timeouts.provision)
      : run.join * (timeouts.boot + timeouts.servingCsr + timeouts.ready);
    const end = Math.max(at, places[place] ?? 0) + took;
    places[place] = end;
    if (!isServer) continue;
    fetched.set(run, end + run.fetch * timeouts.boot);
    queue.push({ run, at: end, isServer: false });
  }
}

const seconds = fc.integer({ min: 1, max: 100_000 });
const part = fc.double({ min: 0, max: 1, noNaN: true });
const someBounds = fc.record({
  timeouts: fc.record({ provision: seconds, boot: seconds, servingCsr: seconds, ready: seconds, delete: seconds }),
  drain: fc.record({ timeout: seconds, onTimeout: fc.constantFrom("fail", "force") }),
});
const someRuns = fc.array(
  fc.record({ bounds: someBounds, declared: fc.nat({ max: 200_000 }), server: part, fetch: part, join: part }),
  { minLength: 1, maxLength: 12 },
);

test("GIVEN any workers behind any --parallel WHEN each takes what its bounds allow THEN none fetches its config by an expired URL", () => {
  fc.assert(
    fc.property(someRuns, fc.integer({ min: 1, max: 6 }), (runs, parallel) => {
      const queued = queueTerms({ pools: runs.map(({ bounds }) => bounds), workers: runs.length, parallel });
      const lifetimes = runs.map(({ bounds }) => sumOf([...ownTerms(bounds), ...queued]));
      for (const [i, age] of ages(runs, parallel).entries()) expect(age).toBeLessThanOrEqual(lifetimes[i] ?? 0);
    }),
    { numRuns: 1000 },
  );
});

test("GIVEN any bounds WHEN one of them grows, a worker is added or --parallel falls THEN no URL expires earlier", () => {
  const keys = ["provision", "boot", "servingCsr", "ready", "delete"] as const;
  const count = fc.integer({ min: 1, max: 50 });
  const lifetime = (bounds: WorkerBounds, workers: number, parallel: number): number =>
    sumOf([...ownTerms(bounds), ...queueTerms({ pools: [bounds], workers, parallel })]);
  fc.assert(
    fc.property(someBounds, count, count, fc.constantFrom(...keys), (bounds, workers, parallel, key) => {
      const now = lifetime(bounds, workers, parallel);
      const longer = { ...bounds, timeouts: { ...bounds.timeouts, [key]: bounds.timeouts[key] + 1 } };
      expect(lifetime(longer, workers, parallel)).toBeGreaterThanOrEqual(now);
      expect(lifetime(bounds, workers + 1, parallel)).toBeGreaterThanOrEqual(now);
      expect(lifetime(bounds, workers, Math.max(1, parallel - 1))).toBeGreaterThanOrEqual(now);
    }),
  );
});
