import type { Admission } from "../csr/types.ts";
import type { Properties } from "../operation/property-values.ts";
import type { NodeInputs, NodeOutputs } from "../operation/types.ts";
import { parseAdmission } from "./inputs.ts";

/**
 * Which client keys a worker's server may have, as the state keeps it. `readmit` stays in Git after it was used, so an
 * entry counts from the update that sets it to the first approval or the first success, whichever comes first: a failed
 * update is continued by the next one, as everything else of a join is. Afterwards it is spent until an update without it.
 *
 * A process that is killed between an approval and its end has saved neither: the approval stands in the cluster for an
 * hour, in which the next update learns of it (csr/keys.ts). Nothing tells it after that.
 */

/** What the outputs keep of it. */
export type KeptAdmission = Pick<NodeOutputs, "clientKey" | "readmission" | "activeSince">;

export const admissionKeys = [
  "clientKey",
  "readmission",
  "activeSince",
] as const satisfies readonly (keyof KeptAdmission)[];

/** What `readmit` came to if it is set still, and admits nobody any more. */
export function spentOf(state: Properties, { readmit }: NodeInputs): "used" | "unused" | undefined {
  const { readmission } = parseAdmission(state);
  if (readmit !== true || state["readmit"] !== true || readmission === "open") return undefined;
  return readmission;
}

/** What an update of the state with the inputs may approve. */
export function admissionOf(state: Properties, inputs: NodeInputs): Admission {
  const { clientKey } = parseAdmission(state);
  return { clientKey, readmit: inputs.readmit === true && spentOf(state, inputs) === undefined };
}

/**
 * When this stack found the server active first, of a worker that is known by its address. A process that was killed before it
 * saved its state leaves none: the next one counts from then on.
 *
 * @param now ms since the epoch
 */
export function activeSinceOf(state: Properties, { identity }: NodeInputs, now: number): string | undefined {
  return identity === "address" ? (parseAdmission(state).activeSince ?? new Date(now).toISOString()) : undefined;
}

/**
 * What the state keeps after a join.
 *
 * @param before what it was allowed to approve
 * @param after what is left of it
 * @param state of the last update; undefined: the worker is new, and there is nobody to admit again
 */
export function keptAdmission(
  inputs: NodeInputs,
  before: Admission,
  after: Admission,
  { ended, state, activeSince }: { ended: boolean; state?: Properties; activeSince?: string | undefined },
): KeptAdmission {
  const { clientKey } = after;
  const key = clientKey === undefined ? {} : { clientKey };
  const kept = { ...key, ...(activeSince !== undefined && { activeSince }) };
  if (inputs.readmit !== true) return kept;
  const spent = (state && spentOf(state, inputs)) ?? "unused";
  if (before.readmit !== true) return { ...kept, readmission: spent };
  if (after.readmit !== true) return { ...kept, readmission: "used" };
  return { ...kept, readmission: ended ? "unused" : "open" };
}
