import type { Rollout } from "./waves.ts";

/** How a Node is now. */
export interface NodeState {
  readonly name: string;
  /** whether its pods would lose their node if its server went, see infra/discovery/cluster/nodes.ts */
  readonly serving: boolean;
  /** hash of what its server was created from, from its annotation; undefined: not annotated */
  readonly specHash: string | undefined;
}

/** A worker of a pool, and what its server is to be created from. */
export interface Member {
  readonly name: string;
  readonly specHash: string;
  /** the cloud shows that its server is not as wanted, whatever the hash of its Node says */
  readonly replaced: boolean;
}

/** Whether the server of a worker goes, as far as cloud and cluster show it. */
export const isReplaced = ({ specHash, replaced }: Member, node: NodeState | undefined): boolean =>
  replaced || (node?.specHash !== undefined && node.specHash !== specHash);

/**
 * Why a wave must not begin: the names of the pool's other members that are out of service, if with them the wave would
 * take more out than it may. A member that is to be ignored does not count, and neither does a wave that replaces nobody.
 *
 * @param wave workers that are declared together
 * @param members all workers of the pool
 * @param nodes the cluster's Nodes as they are now
 */
export function blockers(
  wave: readonly Member[],
  members: readonly Member[],
  nodes: readonly NodeState[],
  { maxUnavailable, ignore }: Rollout,
): string[] {
  const states = new Map(nodes.map((node) => [node.name, node]));
  const leaving = wave.filter((member) => {
    const state = states.get(member.name);
    return state?.serving === true && isReplaced(member, state);
  });
  if (leaving.length === 0) return [];
  const inWave = new Set(wave.map(({ name }) => name));
  const out = members
    .map(({ name }) => name)
    .filter((name) => !inWave.has(name) && !ignore.includes(name) && states.get(name)?.serving !== true);
  return out.length + leaving.length > maxUnavailable ? out : [];
}
