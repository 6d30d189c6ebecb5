import { formatDuration } from "../../../components/lib/duration.ts";
import { listed } from "../../../components/lib/listed.ts";
import { canariesOf } from "../../../components/rollout/canary.ts";
import { leavingNodes, type Member } from "../../../components/rollout/gate.ts";
import { waves } from "../../../components/rollout/waves.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import type { NodeFacts, PlainFacts } from "../../discovery/facts.ts";
import { type PlannedChange, replacedWorkers } from "./plan.ts";

/** The roll of each pool in a line: how many waves, and who goes first. None of a pool of which no serving worker is replaced. */
export function rollLines(
  { pools }: Pick<Config, "pools">,
  { infraId, nodes }: Pick<PlainFacts["cluster"], "infraId" | "nodes">,
  changes: readonly PlannedChange[],
): string[] {
  const replaced = replacedWorkers(changes);
  return pools.flatMap((pool) => {
    const names = workersOf(pool, infraId).map(({ name }) => name);
    return rollLine(pool, names, nodes, replaced) ?? [];
  });
}

function rollLine(
  { name: pool, rollout }: PoolConfig,
  names: readonly string[],
  nodes: readonly NodeFacts[],
  replaced: ReadonlySet<string>,
): string | undefined {
  const hashes = new Map(nodes.map((node) => [node.name, node.specHash]));
  const memberOf = (name: string): Member => ({ name, specHash: hashes.get(name) ?? "", replaced: replaced.has(name) });
  const members = names.map(memberOf);
  const leaving = leavingNodes(members, nodes);
  if (leaving.length === 0) return undefined;
  const entering = new Set(names.filter((name) => !hashes.has(name)));
  const { done, next, failed } = canariesOf(members, nodes, rollout, entering);
  const workers = leaving.length === 1 ? "1 serving worker" : `${leaving.length} serving workers`;
  if (failed.length > 0) {
    const ill = listed(failed.map((name) => `${name} (replaced already)`));
    return `pool ${pool}: ${workers} to replace, but the roll stops at its canary as long as ${ill} is not Ready`;
  }
  const serving = new Set(nodes.flatMap((node) => (node.serving ? node.name : [])));
  const count = waves(names, serving, rollout, new Set(next)).filter(
    (wave) => leavingNodes(wave.map(memberOf), nodes).length > 0,
  ).length;
  const canaries = [...done.map(({ name }) => `${name} (replaced already)`), ...next];
  const soak =
    rollout.canary && leaving.length > next.length
      ? `, Ready for ${formatDuration(rollout.canary.soak)} before the others are replaced`
      : "";
  const first = canaries.length > 0 ? `; canary: ${listed(canaries)}${soak}` : "";
  return `pool ${pool}: ${workers} replaced in ${count === 1 ? "1 wave" : `${count} waves`} of at most ${rollout.maxUnavailable}${first}`;
}
