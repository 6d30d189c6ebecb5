import { annotations, fieldManager, type ManagedFields, type NodeObject } from "./types.ts";

/** Who cordoned a Node, and when. Pure, but for the times that a process has seen. */

export interface Cordon {
  /** field manager of whoever made the Node unschedulable; undefined: the API server does not know (any more) */
  manager: string | undefined;
  /** RFC 3339, by the API server's clock: not before the cordon, perhaps after it; undefined: not known */
  at: string | undefined;
}

/**
 * Whether the manager was the last to change `spec.unschedulable`. Of more than ten managers the API server merges the
 * oldest (kubernetes, apimachinery util/managedfields/internal/capmanagers.go): their names are lost.
 */
export function managesCordon({ fieldsV1 }: ManagedFields): boolean {
  return fieldsV1?.["f:spec"]?.["f:unschedulable"] !== undefined;
}

/**
 * The cordon that stands, undefined when there is none. The API server keeps a field for the manager that last changed its
 * value: a cordon after an uncordon is its new author's, and `oc adm cordon` of a node that is cordoned changes nothing.
 */
export function cordonOf({ metadata, spec }: NodeObject): Cordon | undefined {
  if (spec.unschedulable !== true) return undefined;
  const managers = (metadata.managedFields ?? []).filter(managesCordon);
  // what somebody else holds, too, is not ours to undo
  const entry = managers.find(({ manager }) => manager !== fieldManager) ?? managers[0];
  return { manager: entry?.manager, at: entry?.time };
}

/** Whether this stack made the cordon that stands. The annotation alone may be left from a former one, or be a kubelet's. */
export function isCordonedBy(node: NodeObject, owners: readonly string[]): boolean {
  const by = node.metadata.annotations?.[annotations.cordonedBy];
  return by !== undefined && owners.includes(by) && cordonOf(node)?.manager === fieldManager;
}

/** Since when this process has seen each Node cordoned: by its own clock, so that no other machine's counts. */
export class CordonTimes {
  readonly #seen = new Map<string, { cordon: string; since: number }>();

  /** @param node undefined: it is gone */
  update(uid: string, node: NodeObject | undefined, now: number): void {
    const cordon = node && cordonOf(node);
    if (!cordon) {
      this.#seen.delete(uid);
      return;
    }
    const identity = `${cordon.manager} ${cordon.at}`;
    if (this.#seen.get(uid)?.cordon !== identity) this.#seen.set(uid, { cordon: identity, since: now });
  }

  /** ms since the epoch, undefined when it is not cordoned */
  since(uid: string): number | undefined {
    return this.#seen.get(uid)?.since;
  }
}
