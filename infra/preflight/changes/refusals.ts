import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PlannedChange } from "./plan.ts";

/** Whether an error of the config stands in the way of a worker: in its own part, in its pool's or in the machines' network. */
function concerns(path: string, { pool, index }: NonNullable<PlannedChange["place"]>): boolean {
  if (path.startsWith("machineNetwork")) return true;
  if (!path.startsWith(`${pool}.`)) return false;
  const own = /^(?:workers|fixedIps)\[(\d+)\]/.exec(path.slice(pool.length + 1));
  return own === null || Number(own[1]) === index;
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
