import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PlannedChange } from "./plan.ts";

const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);

/** Whether an error blocks a worker: it is in the worker's own part of the config, in its pool's, in the machine network or the cloud. */
function concerns(path: string, { pool, worker }: NonNullable<PlannedChange["place"]>): boolean {
  if (path.startsWith("machineNetwork") || path === "cloud") return true;
  if (!isWithin(path, pool)) return false;
  const ofOneWorker = /^(workers|fixedIps)\[/.test(path.slice(pool.length + 1));
  return !ofOneWorker || isWithin(path, worker.path) || isWithin(path, worker.fixedIpPath);
}

/** The planned changes, with a refusal instead of each change of an existing worker that an error blocks. */
export function blockedChanges(changes: readonly PlannedChange[], diagnostics: readonly Diagnostic[]): PlannedChange[] {
  const errors = diagnostics.filter(({ warning }) => warning !== true);
  return changes.map((change) => {
    const { place, verdict } = change;
    if (!place || verdict === "attach") return change;
    const found = errors.filter(({ path }) => concerns(path, place)).map(({ path, problem }) => `${path}: ${problem}`);
    return found.length === 0 ? change : { ...change, verdict: "refuse", reason: found.join("; ") };
  });
}
