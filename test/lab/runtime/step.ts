/** A small piece of the lab. `up` is only called when `check` says no, and must leave `check` saying yes. */
export interface Step {
  readonly name: string;
  /** seconds that `up` may take before the lab counts as broken */
  readonly timeout: number;
  /** true when there is nothing to do */
  check(): Promise<boolean>;
  up(report: Report): Promise<void>;
  /** undoes `up`; harmless when there is nothing to undo; absent where the result lives in the cache or the state folder */
  down?(): Promise<void>;
}

/** Shows what a step is doing on the status line. */
export type Report = (text: string) => void;

/** Steps in order. What an inner list holds runs side by side: steps, or plans of their own. */
export type Plan = readonly (Step | readonly (Step | Plan)[])[];

const isStep = (entry: Step | readonly unknown[]): entry is Step => !Array.isArray(entry);

/** Every step of a plan, in order. */
export const stepsOf = (plan: Plan): Step[] =>
  plan.flatMap((entry) => (isStep(entry) ? [entry] : entry.flatMap((lane) => (isStep(lane) ? [lane] : stepsOf(lane)))));

export interface Timing {
  readonly name: string;
  readonly seconds: number;
  readonly done: "ran" | "already";
}

export class StepError extends Error {
  constructor(step: string, cause: unknown) {
    super(`step "${step}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function runStep(step: Step, report: Report): Promise<Timing> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  if (await step.check()) return { name: step.name, seconds: seconds(), done: "already" };
  report(`${step.name} (at most ${step.timeout} s)`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within its bound of ${step.timeout} s`)), step.timeout * 1000);
  });
  try {
    await Promise.race([step.up((text) => report(`${step.name}: ${text}`)), late]);
    if (!(await step.check())) throw new Error("ran to its end, yet its check fails");
  } catch (cause) {
    throw new StepError(step.name, cause);
  } finally {
    clearTimeout(timer);
  }
  return { name: step.name, seconds: seconds(), done: "ran" };
}

/** Runs the plan; the first failure stops it after what runs beside it has ended. */
export async function up(plan: Plan, report: Report, done: (timing: Timing) => void): Promise<void> {
  for (const entry of plan) {
    const lanes = isStep(entry) ? [entry] : entry;
    const results = await Promise.allSettled(
      lanes.map(async (lane) => {
        if (isStep(lane)) done(await runStep(lane, report));
        else await up(lane, report, done);
      }),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }
}

/** Undoes the plan backwards. Every undo is tried; what failed is thrown at the end. */
export async function down(plan: Plan, report: Report): Promise<void> {
  const failures: unknown[] = [];
  for (const step of stepsOf(plan).reverse()) {
    if (!step.down) continue;
    report(step.name);
    await step.down().catch((cause: unknown) => failures.push(new StepError(step.name, cause)));
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("\n"));
}
