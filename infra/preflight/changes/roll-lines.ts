import { formatDuration } from "../../../components/lib/duration.ts";
import { listed } from "../../../components/lib/listed.ts";
import { type Canaries, canariesOf } from "../../../components/rollout/canary.ts";
import { leavingNodes, type Member } from "../../../components/rollout/gate.ts";
import { waveSize } from "../../../components/rollout/surge.ts";
import { waves } from "../../../components/rollout/waves.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import type { NodeFacts, PlainFacts } from "../../discovery/facts.ts";
import { ownEdits, type PlannedChange, replacedWorkers } from "./plan.ts";

type ClusterNodes = Pick<PlainFacts["cluster"], "infraId" | "nodes">;

/** The replacement of the serving workers of a pool. */
interface PoolRoll {
  readonly pool: PoolConfig;
  /** canaries that an earlier command has replaced, those that go first, and those that are out of service */
  readonly canaries: Canaries;
  /** the serving Nodes that each wave replaces, in their order; none as long as a canary is out of service */
  readonly waves: readonly (readonly NodeFacts[])[];
  /** how many serving Nodes are replaced */
  readonly count: number;
}

/** The rolls of the pools of which any serving worker is replaced. */
export function rollsOf(
  { pools }: Pick<Config, "pools">,
  { infraId, nodes }: ClusterNodes,
  changes: readonly PlannedChange[],
): PoolRoll[] {
  const replaced = replacedWorkers(changes);
  const own = ownEdits(changes);
  return pools.flatMap((pool) => {
    const names = workersOf(pool, infraId).map(({ name }) => name);
    return rollOf(pool, names, nodes, { replaced, own }) ?? [];
  });
}

function rollOf(
  pool: PoolConfig,
  names: readonly string[],
  nodes: readonly NodeFacts[],
  edits: { readonly replaced: ReadonlySet<string>; readonly own: ReadonlySet<string> },
): PoolRoll | undefined {
  const { rollout } = pool;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const memberOf = (name: string): Member => ({
    name,
    specHash: byName.get(name)?.specHash ?? "",
    replaced: edits.replaced.has(name),
    isOwnEdit: edits.own.has(name),
  });
  const leavingOf = (wave: readonly string[]): NodeFacts[] =>
    leavingNodes(wave.map(memberOf), nodes).flatMap(({ name }) => byName.get(name) ?? []);
  const count = leavingOf(names).length;
  if (count === 0) return undefined;
  const entering = new Set(names.filter((name) => !byName.has(name)));
  const canaries = canariesOf(names.map(memberOf), nodes, rollout, entering);
  if (canaries.failed.length > 0) return { pool, canaries, waves: [], count };
  const serving = new Set(nodes.flatMap((node) => (node.serving ? node.name : [])));
  const inOrder = waves(names, serving, rollout, new Set(canaries.next)).map(leavingOf);
  return { pool, canaries, waves: inOrder.filter((wave) => wave.length > 0), count };
}

/** The roll of each pool in a line: how many waves, and who goes first. None of a pool of which no serving worker is replaced. */
export const rollLines = (
  config: Pick<Config, "pools">,
  cluster: ClusterNodes,
  changes: readonly PlannedChange[],
): string[] => rollsOf(config, cluster, changes).map(rollLine);

function rollLine({ pool: { name: pool, rollout }, canaries, waves: inOrder, count }: PoolRoll): string {
  const { done, next, failed } = canaries;
  const workers = count === 1 ? "1 serving worker" : `${count} serving workers`;
  if (failed.length > 0) {
    const ill = listed(failed.map((name) => `${name} (replaced already)`));
    return `pool ${pool}: ${workers} to replace, but the roll stops at its canary as long as ${ill} is not Ready`;
  }
  const firsts = [...done.map(({ name }) => `${name} (replaced already)`), ...next];
  const soak =
    rollout.canary && count > next.length
      ? `, Ready for ${formatDuration(rollout.canary.soak)} before the others are replaced`
      : "";
  const first = firsts.length > 0 ? `; canary: ${listed(firsts)}${soak}` : "";
  const surge = rollout.surge ? `, after ${listed(rollout.surge)} serves as surge worker` : "";
  const number = inOrder.length === 1 ? "1 wave" : `${inOrder.length} waves`;
  return `pool ${pool}: ${workers} replaced in ${number} of at most ${waveSize(rollout)}${surge}${first}`;
}
