import type { ManagedNode } from "./machine-config.ts";
import { waveSize } from "./surge.ts";
import type { Rollout } from "./waves.ts";

/** How a Node is now. */
export interface NodeState extends ManagedNode {
  /** whether its pods would lose their node if its server went, see infra/discovery/cluster/nodes.ts */
  readonly serving: boolean;
  /** hash of what its server was created from, from its annotation; undefined: not annotated */
  readonly specHash: string | undefined;
  /** it takes no new pods, whoever has cordoned it; undefined: not known */
  readonly cordoned?: boolean | undefined;
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

/**
 * The Nodes, with those surge workers out of service that are cordoned, as an abandoned detach or an administrator leaves them:
 * they take no pods of the others. One that is as wanted joins first, which undoes a cordon of this stack: it counts as out only
 * if it is cordoned after that.
 *
 * @param declared names of the workers that have been declared, and have joined
 */
export function withCordonedSurgeOut<N extends NodeState>(
  nodes: readonly N[],
  members: readonly Member[],
  surge: readonly string[] = [],
  declared: ReadonlySet<string> = new Set(),
): N[] {
  const spare = new Map(members.flatMap((member) => (surge.includes(member.name) ? [[member.name, member]] : [])));
  return nodes.map((node) => {
    const member = spare.get(node.name);
    if (!member || node.cordoned !== true) return node;
    return declared.has(node.name) || isReplaced(member, node) ? { ...node, serving: false } : node;
  });
}

/**
 * A wave without the cordoned surge workers that it replaces, as long as it has a worker of the pool itself that is out: Ready,
 * such a surge worker still runs the pods that it took in the place of that one, which may not come back.
 */
export function withoutSubstitutes<M extends Member>(
  wave: readonly M[],
  nodes: readonly NodeState[],
  surge: readonly string[] = [],
): M[] {
  const states = new Map(nodes.map((node) => [node.name, node]));
  const isAwaited = wave.some(({ name }) => !surge.includes(name) && states.get(name)?.serving !== true);
  return wave.filter((member) => {
    const node = states.get(member.name);
    const isSubstitute = surge.includes(member.name) && node?.cordoned === true && isReplaced(member, node);
    return !isAwaited || !isSubstitute;
  });
}

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
