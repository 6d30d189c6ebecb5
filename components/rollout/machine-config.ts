/**
 * What the machine-config operator does to the Nodes of a pool while the program replaces them. Both take Nodes out of
 * service, each with a maxUnavailable of its own. The rules are the operator's (openshift/machine-config-operator). Pure.
 */

/** Which Nodes a MachineConfigPool selects: LabelSelector of Kubernetes' meta/v1. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelExpression[];
}

interface LabelExpression {
  readonly key: string;
  /** In, NotIn, Exists or DoesNotExist */
  readonly operator: string;
  readonly values: readonly string[];
}

/** A MachineConfigPool: Nodes that get the same config, one or a few at a time. */
export interface MachineConfigPool {
  readonly name: string;
  readonly nodeSelector: LabelSelector;
  /** no Node is updated until this is taken back */
  readonly paused: boolean;
  /** its condition Updating is True; that is also so while a Node is cordoned or not Ready, as in a drain of ours */
  readonly updating: boolean;
  /** its condition Degraded: what the operator says of it; undefined: it is not */
  readonly degraded?: string | undefined;
  /** the rendered config that all its Nodes are to have; empty: not reported */
  readonly wanted: string;
  /** the last one that all its Nodes had while all were Ready; empty: not reported */
  readonly current: string;
  /** how many of its machines have the wanted one */
  readonly updated: number;
}

/** A Node as the operator sees it. */
export interface ManagedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** the operator has given it another config, and it is about to be drained and rebooted, or is already */
  readonly updating: boolean;
}

function satisfies(labels: ManagedNode["labels"], { key, operator, values }: LabelExpression): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === "NotIn" ? !isListed : isListed;
}

/** An empty selector selects nothing (pkg/helpers/helpers.go, ListPools). */
function selects({ matchLabels, matchExpressions }: LabelSelector, labels: ManagedNode["labels"]): boolean {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, operator: "In", values: [value] }));
  const all = [...equal, ...matchExpressions];
  return all.length > 0 && all.every((expression) => satisfies(labels, expression));
}

/** The custom pools that select a Node: of several the operator gives it none (pkg/helpers/helpers.go, GetPoolsForNode). */
export const customPools = (
  labels: ManagedNode["labels"],
  pools: readonly MachineConfigPool[],
): readonly MachineConfigPool[] =>
  pools.filter(({ name, nodeSelector }) => !["master", "worker"].includes(name) && selects(nodeSelector, labels));

/**
 * The pool whose config a Node gets: a custom one before `worker`, the control plane's before both. Undefined for none, and
 * for a Node of several custom pools, which the operator leaves alone (pkg/helpers/helpers.go, GetPoolsForNode).
 */
export function managingPool(
  labels: ManagedNode["labels"],
  pools: readonly MachineConfigPool[],
): MachineConfigPool | undefined {
  const selecting = pools.filter(({ nodeSelector }) => selects(nodeSelector, labels));
  const named = (wanted: string): MachineConfigPool | undefined => selecting.find(({ name }) => name === wanted);
  const custom = customPools(labels, pools);
  if (custom.length > 1) return undefined;
  return named("master") ?? custom[0] ?? named("worker");
}

/** A pool whose Nodes the operator takes out of service, one after the other. */
export interface PoolUpdate {
  readonly pool: MachineConfigPool;
  /** names of the Nodes that it has begun with */
  readonly inProgress: readonly string[];
}

/**
 * The condition Updating alone would hold up a roll by its own drain. The operator takes Nodes as long as the pool's wanted
 * config is not yet that of all (pkg/controller/node/status.go); other updates, as of an OS image, show on their Nodes.
 */
function takesNodes({ updating, wanted, current }: MachineConfigPool): boolean {
  return wanted === "" || current === "" ? updating : wanted !== current;
}

/**
 * The updates that share the Nodes with a wave. A paused pool has none: the operator begins with no further Node, and the
 * ones that it has begun with count as out of service (gate.ts).
 *
 * @param wave the serving Nodes that the wave replaces
 * @param nodes all Nodes of the cluster
 */
export function updatesBeside(
  wave: readonly ManagedNode[],
  nodes: readonly ManagedNode[],
  pools: readonly MachineConfigPool[],
): PoolUpdate[] {
  const own = new Set(wave.map(({ labels }) => managingPool(labels, pools)));
  const begun = nodes.filter(({ updating }) => updating);
  return [...own].flatMap((pool) => {
    if (!pool || pool.paused) return [];
    const inProgress = begun.filter(({ labels }) => managingPool(labels, pools) === pool).map(({ name }) => name);
    return takesNodes(pool) || inProgress.length > 0 ? [{ pool, inProgress }] : [];
  });
}

/** An update in words, e.g. `MachineConfigPool worker to rendered-worker-b (in progress: worker-1)`. */
export function describeUpdate({ pool, inProgress }: PoolUpdate): string {
  const target = pool.wanted === "" ? "" : ` to ${pool.wanted}`;
  return `MachineConfigPool ${pool.name}${target} (in progress: ${inProgress.join(", ") || "none yet"})`;
}

/** What to type when an update is in the way. */
export function updateRemedy(updates: readonly PoolUpdate[]): string {
  const names = updates.map(({ pool }) => `machineconfigpool/${pool.name}`).join(" ");
  return (
    `wait until it is done (oc wait ${names} --for=condition=Updated --timeout=4h), or pause it ` +
    `(oc patch ${names} --type=merge --patch='{"spec":{"paused":true}}')`
  );
}

/**
 * The pools that decide what a new machine of ours gets.
 *
 * @param boot name of the pool whose config it boots with
 * @param managed the pools whose config it gets as a Node
 */
export function decidingPools(
  boot: string,
  managed: readonly (MachineConfigPool | undefined)[],
  pools: readonly MachineConfigPool[],
): MachineConfigPool[] {
  const concerned = new Set([...pools.filter(({ name }) => name === boot), ...managed]);
  return [...concerned].filter((pool) => pool !== undefined);
}

/** The paused ones of {@link decidingPools}. */
export const pausedPools = (...concerned: Parameters<typeof decidingPools>): MachineConfigPool[] =>
  decidingPools(...concerned).filter(({ paused }) => paused);

/**
 * What a paused pool means for a new machine. The Machine Config Server asks whether one machine has the wanted config, and
 * not whether the pool is paused (pkg/server/cluster_server.go, GetConfig).
 *
 * @param boot name of the pool whose config it boots with
 */
export function describePaused({ name, wanted, current, updated }: MachineConfigPool, boot: string): string {
  const paused = `MachineConfigPool ${name} is paused`;
  if (name !== boot) return `${paused}: a new machine keeps the config of ${boot} until it is resumed`;
  const served = updated > 0 ? wanted : current;
  if (served === "") return `${paused}: no later config reaches a new machine until it is resumed`;
  const boots = `${paused}: a new machine boots with ${served}`;
  if (wanted === current) return `${boots}, and no later config reaches it until it is resumed`;
  return served === wanted
    ? `${boots}, although not all of its Nodes have it`
    : `${boots}, and does not get ${wanted} until it is resumed`;
}

export const resumeCommand = ({ name }: MachineConfigPool): string =>
  `oc patch machineconfigpool/${name} --type=merge --patch='{"spec":{"paused":false}}'`;

/** The warning of a paused pool in one line. */
export const pausedWarning = (pool: MachineConfigPool, boot: string): string =>
  `${describePaused(pool, boot)}; to resume it: ${resumeCommand(pool)}`;

/** A wave that is about to begin, and the cluster around it. */
export interface PlannedWave {
  /** Nodes of the wave, serving or not */
  readonly wave: readonly ManagedNode[];
  /** those among them that the wave takes out of service */
  readonly leaving: readonly ManagedNode[];
  /** all Nodes of the cluster */
  readonly nodes: readonly ManagedNode[];
  readonly pools: readonly MachineConfigPool[];
  /** name of the pool whose config a new machine boots with */
  readonly boot: string;
}

export interface Verdict {
  readonly warnings: readonly string[];
  /** why the wave must not begin, and what to type, as part of a sentence; undefined: it may */
  readonly refusal: string | undefined;
}

/** Whether a wave may begin beside the machine-config operator. One that takes nobody out of service always may. */
export function waveVerdict({ wave, leaving, nodes, pools, boot }: PlannedWave): Verdict {
  const managing = wave.map(({ labels }) => managingPool(labels, pools));
  const updates = updatesBeside(leaving, nodes, pools);
  return {
    warnings: pausedPools(boot, managing, pools).map((pool) => pausedWarning(pool, boot)),
    refusal:
      updates.length === 0
        ? undefined
        : `the machine-config operator updates ${updates.map(describeUpdate).join(" and ")}, and takes Nodes out of ` +
          `service, too: ${updateRemedy(updates)}`,
  };
}
