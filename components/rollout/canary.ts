import { isReplaced, type Member, type NodeState } from "./gate.ts";
import type { Rollout } from "./waves.ts";

/** The workers that prove an edit before it reaches the others. */
export interface Canaries {
  /** Nodes of those that an earlier command has replaced, longest Ready first */
  readonly done: readonly NodeState[];
  /** names of those that are replaced first, in the pool's order */
  readonly next: readonly string[];
  /** names of those that have been replaced and are out of service */
  readonly failed: readonly string[];
}

const ms = (time: string | undefined): number => (time === undefined ? NaN : Date.parse(time));

const readyMs = ({ readySince, created }: NodeState): number => ms(readySince ?? created);

/**
 * The canaries of an edit: the first serving workers that it replaces. No state tells what an interrupted command has done:
 * a worker that is as wanted, and whose Node is younger than all that are still to be replaced, counts as a canary that is
 * done. An edit of the whole pool leaves no other such worker but the surge workers, which are no canaries. Of an edit of some
 * workers alone none counts as done: it may be one that the edit has left as it was. One that is out stops the roll all the same.
 *
 * @param members all workers of the pool
 * @param nodes the cluster's Nodes as they are now
 * @param others names of workers that are no canaries: this command attaches them, or replaced them while they were out
 */
export function canariesOf(
  members: readonly Member[],
  nodes: readonly NodeState[],
  { canary, ignore, surge = [] }: Pick<Rollout, "canary" | "ignore" | "surge">,
  others: ReadonlySet<string>,
): Canaries {
  const states = new Map(nodes.map((node) => [node.name, node]));
  const known = members.flatMap((member) => {
    const isNone = others.has(member.name) || surge.includes(member.name);
    const node = isNone ? undefined : states.get(member.name);
    return node ? [{ node, member, replaced: isReplaced(member, node) }] : [];
  });
  const leaving = known.filter(({ node, replaced }) => replaced && node.serving);
  const pending = leaving.map(({ node }) => node);
  if (!canary || pending.length === 0) return { done: [], next: [], failed: [] };
  const youngest = Math.max(...pending.map(({ created }) => ms(created)));
  const made = known.flatMap(({ node, replaced }) => {
    const counts = !replaced && ms(node.created) > youngest && !ignore.includes(node.name);
    return counts ? [node] : [];
  });
  const isPartial = leaving.every(({ member }) => member.isOwnEdit === true);
  const done = made
    .filter(({ serving }) => serving && !isPartial)
    .toSorted((a, b) => readyMs(a) - readyMs(b))
    .slice(0, canary.count);
  return {
    done,
    next: pending.slice(0, canary.count - done.length).map(({ name }) => name),
    failed: made.filter(({ serving }) => !serving).map(({ name }) => name),
  };
}

/**
 * When the soak ends: ms since the epoch. Of canaries that this command has replaced it begins now. Of those of an earlier
 * one it began when the last of them became Ready, by the clock of its machine: a time to come, or an unknown one, is now.
 */
export function soakEnd({ done, next }: Canaries, soak: number, now: number): number {
  const ready = Math.max(...done.map(readyMs));
  const began = next.length > 0 || !(ready <= now) ? now : ready;
  return began + soak * 1000;
}

/**
 * What has happened to the first canary that has not stayed Ready, as the end of a sentence about it; undefined: all have.
 *
 * @param before their Nodes when the soak began
 * @param now the cluster's Nodes
 */
export function canaryFault(before: readonly NodeState[], now: readonly NodeState[]): string | undefined {
  const states = new Map(now.map((node) => [node.name, node]));
  for (const { name, readySince } of before) {
    const node = states.get(name);
    if (!node) return `${name} has no Node any more`;
    if (!node.serving) return `${name} is not Ready`;
    if (node.readySince !== readySince)
      return `${name} has not been Ready for a while (it is again since ${node.readySince})`;
  }
  return undefined;
}
