import { z } from "zod";
import { inOrder } from "../diagnostics/diagnostic.ts";
import { planSchema } from "../preflight/plan.ts";
import type { InPlace } from "./in-place.ts";
import { exitCodeOf, type Report } from "./report.ts";

/** The document that `npm run preflight -- --json` prints. Its shape is public: fields are added, and none changes its meaning. */
export const planDocument = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  /** when it was written, RFC 3339 */
  at: z.string(),
  /** the exit code: 0: no errors; 1: errors */
  exitCode: z.literal([0, 1]),
  /** false: the checks did not run, because the config is invalid, or cluster or cloud could not be read */
  evaluated: z.boolean(),
  /** false: changes in place are not among the actions, since the engine, which alone knows them, could not be asked */
  inPlaceKnown: z.boolean(),
  ...planSchema.shape,
  diagnostics: z.array(
    z.strictObject({
      severity: z.enum(["error", "warning"]),
      /** `config`, `cluster`, `cloud`, `contradiction` or the name of a preflight check */
      check: z.string(),
      /** config key */
      path: z.string(),
      problem: z.string(),
      expected: z.string(),
      remedy: z.string(),
    }),
  ),
  /** checks that `preflight.skip` leaves out */
  skippedChecks: z.array(z.string()),
});

export type PlanDocument = z.output<typeof planDocument>;

/** @param inPlace undefined: not known */
export function planDocumentOf(stack: string, report: Report, inPlace: InPlace | undefined, now: number): PlanDocument {
  const { plan, diagnostics, evaluated, skipped } = report;
  return {
    version: 1,
    stack,
    at: new Date(now).toISOString(),
    exitCode: exitCodeOf(report),
    evaluated,
    inPlaceKnown: inPlace !== undefined,
    ...plan,
    workers: plan.workers.map((worker) => {
      const reasons = inPlace?.get(worker.name);
      if (worker.action !== "none" || !reasons) return worker;
      const reason = [...reasons, ...(worker.reason === null ? [] : [worker.reason])].join("; ");
      return { ...worker, action: "change in place", reason };
    }),
    diagnostics: inOrder(diagnostics).map(({ check, path, problem, expected, remedy, warning }) => ({
      severity: warning ? "warning" : "error",
      check,
      path,
      problem,
      expected,
      remedy,
    })),
    skippedChecks: [...skipped],
  };
}
