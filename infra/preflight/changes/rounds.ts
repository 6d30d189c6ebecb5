import { waveSize } from "../../../components/rollout/surge.ts";
import type { PlannedChange } from "./plan.ts";

/** What the engine's language host is told, as text; none or a number below 1: it has not said (pulumi, cmd/run/index.ts). */
const variable = "PULUMI_NODEJS_PARALLEL";

/** Without --parallel's bound the engine says the greatest number that it has (pulumi, pkg/cmd: math.MaxInt32). */
const unbounded = 2 ** 31 - 1;

/** How many resources Pulumi works on at once; undefined: without a bound, or the engine has not said. */
export function parallelism(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const given = Number(env[variable]);
  return Number.isInteger(given) && given >= 1 && given < unbounded ? given : undefined;
}

/** Workers of a pool that are replaced at once at most. */
interface PoolLimit {
  /** e.g. `pools[metal]` */
  readonly configPath: string;
  readonly maxUnavailable: number;
  readonly surge?: readonly string[] | undefined;
}

/** The most workers that are attached, detached or replaced at the same time. */
function atOnce(changes: readonly PlannedChange[], pools: readonly PoolLimit[]): number {
  const replaced = (configPath: string): number =>
    changes.filter(({ verdict, place }) => verdict === "replace, drained" && place?.pool === configPath).length;
  // one whose build has failed takes nobody out of service
  const unlimited: readonly PlannedChange["verdict"][] = ["attach", "detach, drained", "replace"];
  const free = changes.filter(({ verdict }) => unlimited.includes(verdict)).length;
  return pools.reduce((sum, { configPath, ...limits }) => sum + Math.min(replaced(configPath), waveSize(limits)), free);
}

/**
 * What tells the user that workers queue behind --parallel; undefined: none does. A worker that joins holds its place for
 * the whole boot of its machine, so that each round costs the metal's time once more.
 */
export function roundsLine(
  changes: readonly PlannedChange[],
  pools: readonly PoolLimit[],
  parallel: number | undefined,
): string | undefined {
  const count = atOnce(changes, pools);
  if (parallel === undefined || count <= parallel) return undefined;
  const rounds = Math.ceil(count / parallel);
  return (
    `${count} workers could be worked on at once, but Pulumi takes ${parallel} at a time: ${rounds} rounds, each as long as a ` +
    `machine takes. For one round: pulumi up --parallel ${count} (or PULUMI_PARALLEL=${count})`
  );
}
