import type { Config } from "../../config/load.ts";
import type { NodeFacts, PlainFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "./plan.ts";
import { rollsOf } from "./roll-lines.ts";

const role = "node-role.kubernetes.io/";
const gibibyte = 2 ** 30;

/** Whether pods of users run there: on a Node of the control plane only if it is a worker, too. */
function isCompute({ labels }: NodeFacts): boolean {
  const isControl = ["master", "control-plane"].some((name) => `${role}${name}` in labels);
  return !isControl || `${role}worker` in labels;
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const sumOf = (nodes: readonly NodeFacts[], what: "cpu" | "memory"): number =>
  nodes.reduce((sum, { allocatable }) => sum + (allocatable?.[what] ?? 0), 0);

/** `1 of 4 serving compute Nodes: 4 of 16 CPUs, 8 of 32 GiB of memory`; of Nodes that do not report it only the number. */
function lost(nodes: readonly NodeFacts[], all: readonly NodeFacts[]): string {
  const share = `${nodes.length} of ${all.length} serving compute Nodes`;
  if (all.some(({ allocatable }) => !allocatable)) return share;
  const cpus = `${rounded(sumOf(nodes, "cpu"))} of ${rounded(sumOf(all, "cpu"))} CPUs`;
  const [some, total] = [nodes, all].map((each) => rounded(sumOf(each, "memory") / gibibyte));
  return `${share}: ${cpus}, ${some} of ${total} GiB of memory`;
}

/** The wave that takes most memory out of service: the one to have room for. */
const largest = (waves: readonly (readonly NodeFacts[])[]): readonly NodeFacts[] =>
  waves.reduce((most, wave) => (sumOf(wave, "memory") > sumOf(most, "memory") ? wave : most), waves[0] ?? []);

/** What the cluster's pods have to do without: while a wave of a pool is replaced, and after a detach. */
export function capacityLines(
  config: Pick<Config, "pools">,
  { infraId, nodes }: Pick<PlainFacts["cluster"], "infraId" | "nodes">,
  changes: readonly PlannedChange[],
): string[] {
  const compute = nodes.filter((node) => node.serving && isCompute(node));
  const gone = new Set(changes.flatMap(({ verdict, worker }) => (verdict === "detach, drained" ? [worker] : [])));
  const detached = compute.filter(({ name }) => gone.has(name));
  const rolls = rollsOf(config, { infraId, nodes }, changes).flatMap(({ pool, waves }) => {
    if (waves.length === 0) return [];
    const at = waves.length === 1 ? "its wave takes" : "each wave takes at most";
    return [`pool ${pool.name}: ${at} ${lost(largest(waves), compute)}`];
  });
  const end = detached.length === 0 ? [] : [`the detach takes ${lost(detached, compute)}`];
  return [...rolls, ...end];
}
