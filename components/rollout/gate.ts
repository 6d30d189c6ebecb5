import type { ManagedNode } from "./machine-config.ts";
import { waveSize } from "./surge.ts";
import type { Rollout } from "./waves.ts";

/** How a Node is now. */
export interface NodeState extends ManagedNode {
  /** whether its pods would lose their node if its server went, see infra/discovery/cluster/nodes.ts */
  readonly serving: boolean;
  /** hash of what its server was created from, from its annotation; undefined: not annotated */
  readonly specHash: string | undefined;
  /** RFC 3339, by the API server's clock; undefined: not known */
  readonly created?: string | undefined;
  /** RFC 3339, by its kubelet's clock: since when it is Ready; undefined: it is not, or that is not known */
  readonly readySince?: string | undefined;
}

/** A worker of a pool, and what its server is to be created from. */
export interface Member {
  readonly name: string;
  readonly specHash: string;
  /** the cloud shows that its server is not as wanted, whatever the hash of its Node says */
  readonly replaced: boolean;
  /** it is replaced by an edit of what the config has for this worker alone; undefined: not known */
  readonly isOwnEdit?: boolean | undefined;
}

/** Whether the server of a worker goes, as far as cloud and cluster show it. */
export const isReplaced = ({ specHash, replaced }: Member, node: NodeState | undefined): boolean =>
  replaced || (node?.specHash !== undefined && node.specHash !== specHash);

/** The Nodes of a wave that serve and are replaced: the ones that it takes out of service. */
export function leavingNodes(wave: readonly Member[], nodes: readonly NodeState[]): NodeState[] {
  const states = new Map(nodes.map((node) => [node.name, node]));
  return wave.flatMap((member) => {
    const state = states.get(member.name);
    return state?.serving === true && isReplaced(member, state) ? [state] : [];
  });
}

/**
 * Why a wave must not begin: the names of the pool's other members that are out of service, if with them the wave would
 * take more out than it may. A member that is to be ignored does not count, and neither does a wave that replaces nobody.
 * One that the machine-config operator has begun to update counts as out before it is: it is about to be drained.
 *
 * @param wave workers that are declared together
 * @param members all workers of the pool, with its surge workers
 * @param nodes the cluster's Nodes as they are now
 */
export function blockers(
  wave: readonly Member[],
  members: readonly Member[],
  nodes: readonly NodeState[],
  { ignore, ...limits }: Rollout,
): string[] {
  const leaving = leavingNodes(wave, nodes);
  if (leaving.length === 0) return [];
  const inService = new Set(nodes.filter(({ serving, updating }) => serving && !updating).map(({ name }) => name));
  const inWave = new Set(wave.map(({ name }) => name));
  const out = members
    .map(({ name }) => name)
    .filter((name) => !inWave.has(name) && !ignore.includes(name) && !inService.has(name));
  return out.length + leaving.length > waveSize(limits) ? out : [];
}
