import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PlannedChange } from "./plan.ts";

const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);

/** Whether an error blocks a worker: it is in the worker's own part of the config, in its pool's or in the machine network. */
function concerns(path: string, { pool, worker }: NonNullable<PlannedChange["place"]>): boolean {
  if (path.startsWith("machineNetwork")) return true;
  if (!isWithin(path, pool)) return false;
  const ofOneWorker = /^(workers|fixedIps)\[/.test(path.slice(pool.length + 1));
  return !ofOneWorker || isWithin(path, worker.path) || isWithin(path, worker.fixedIpPath);
}

/** The edits as they end: one of a worker that is there, and that an error stops, is refused for that error. */
export function blockedChanges(edits: readonly PlannedChange[], diagnostics: readonly Diagnostic[]): PlannedChange[] {
  const stopping = diagnostics.filter(({ warning }) => warning !== true);
  return edits.map((edit) => {
    const { place, verdict } = edit;
    if (!place || verdict === "attach") return edit;
    const found = stopping
      .filter(({ path }) => concerns(path, place))
      .map(({ path, problem }) => `${path}: ${problem}`);
    return found.length === 0 ? edit : { ...edit, verdict: "refuse", reason: found.join("; ") };
  });
}
