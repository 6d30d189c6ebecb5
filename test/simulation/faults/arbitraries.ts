import fc from "fast-check";
import type { Fault, FaultPlan } from "./plan.ts";

/** Plans as a run draws them. */

const fault = (writes: number, requests: number): fc.Arbitrary<Fault> => {
  const request = fc.integer({ min: 1, max: requests });
  const write = fc.integer({ min: 1, max: writes });
  return fc.oneof(
    fc.record({ kind: fc.constant("refused" as const), request, status: fc.constantFrom(409, 410, 429, 500, 503) }),
    fc.record({ kind: fc.constant("answer lost" as const), write }),
    fc.record({ kind: fc.constant("conflict" as const), attempt: write }),
    fc.record({ kind: fc.constant("slow" as const), request, ms: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({
      kind: fc.constant("watches broken" as const),
      change: fc.integer({ min: 1, max: 30 }),
      forgotten: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("stale list" as const),
      list: fc.integer({ min: 1, max: 8 }),
      revisions: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ kind: fc.constant("killed" as const), write }),
    fc.record({ kind: fc.constant("clock skew" as const), ms: fc.integer({ min: -55_000, max: 55_000 }) }),
  );
};

/**
 * @param writes how many an undisturbed run has
 * @param requests how many it has
 */
export const plans = (writes: number, requests: number): fc.Arbitrary<FaultPlan> => {
  const write = fc.integer({ min: 1, max: writes });
  const killedThenRefused = fc
    .record({ write, next: fc.integer({ min: 1, max: 3 }) })
    .map(({ write: last, next }): FaultPlan => [
      { kind: "killed", write: last },
      { kind: "conflict", attempt: last + next },
    ]);
  return fc.oneof(
    { weight: 7, arbitrary: fc.array(fault(writes, requests), { maxLength: 3 }) },
    // what a new process writes first is refused: chance brings both together too rarely
    { weight: 1, arbitrary: killedThenRefused },
  );
};
