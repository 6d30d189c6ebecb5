import type { NodeTaint } from "../../kubernetes/types.ts";
import type { Taint } from "../operation/types.ts";

export interface TaintPlan {
  /** the Node's new list */
  taints: NodeTaint[];
  /** which of them are ours, as `key:effect` */
  record: string[];
  /** taints of others that have the key and effect of a wanted one, but another value: nothing must be written */
  conflicts: { wanted: Taint; found: NodeTaint }[];
}

/**
 * What a Node's taints should be. The list is atomic and others write it too (the cloud controller, the node
 * controller, kubectl): ours are those in the record, the others stay as they are, in their place.
 *
 * A taint that somebody else has set just as it is wanted is left to them: it is not recorded, and so not removed when
 * the config no longer asks for it.
 *
 * @param recorded ours by the former plan, as `key:effect`
 * @param wanted each key and effect once
 */
export function taintPlan(
  existing: readonly NodeTaint[],
  recorded: readonly string[],
  wanted: readonly Taint[],
): TaintPlan {
  const ours = new Set(recorded);
  const asked = new Map(wanted.map((taint) => [idOf(taint), taint]));
  const present = new Map(existing.map((taint) => [idOf(taint), taint]));
  const kept = existing.filter((taint) => asked.has(idOf(taint)) || !ours.has(idOf(taint)));
  const added = wanted.filter((taint) => !present.has(idOf(taint)));
  const conflicts = wanted.flatMap((taint) => {
    const found = present.get(idOf(taint));
    return found && !ours.has(idOf(taint)) && !sameValue(found, taint) ? [{ wanted: taint, found }] : [];
  });
  return {
    taints: [
      ...kept.map((taint) => valued(taint, ours.has(idOf(taint)) ? asked.get(idOf(taint)) : undefined)),
      ...added.map(written),
    ],
    record: wanted.map(idOf).filter((id) => ours.has(id) || !present.has(id)),
    conflicts,
  };
}

/** The ids of those wanted taints that a Node has just as they are wanted. */
export function alike(existing: readonly NodeTaint[], wanted: readonly Taint[]): string[] {
  const present = new Map(existing.map((taint) => [idOf(taint), taint]));
  return wanted.flatMap((taint) => {
    const found = present.get(idOf(taint));
    return found && sameValue(found, taint) ? [idOf(taint)] : [];
  });
}

/** What tells one taint of a Node from another (kubernetes, validateNodeTaints: unique by key and effect). */
export function idOf({ key, effect }: { key: string; effect: string }): string {
  return `${key}:${effect}`;
}

/** The annotation that keeps the record; neither a key nor an effect can hold a colon or a comma. */
export function writeRecord(record: readonly string[]): string | null {
  return record.length === 0 ? null : record.join(",");
}

export function readRecord(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",").filter((it) => it !== "");
}

/** As kubectl writes it. Example `dedicated=gpu:NoSchedule`. */
export function describeTaint({ key, value = "", effect }: NodeTaint | Taint): string {
  return `${key}${value === "" ? "" : `=${value}`}:${effect}`;
}

function sameValue(a: NodeTaint | Taint, b: NodeTaint | Taint): boolean {
  return (a.value ?? "") === (b.value ?? "");
}

function valued(taint: NodeTaint, wanted: Taint | undefined): NodeTaint {
  if (!wanted || sameValue(taint, wanted)) return taint;
  const { timeAdded } = taint;
  return { ...written(wanted), ...(timeAdded !== undefined && { timeAdded }) };
}

function written({ key, value = "", effect }: Taint): NodeTaint {
  return { key, ...(value !== "" && { value }), effect };
}
