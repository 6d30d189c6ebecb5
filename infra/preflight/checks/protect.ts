import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { type PlannedChange, replacesServer } from "../changes/plan.ts";
import { listedWorkers } from "../listed-workers.ts";

/**
 * The engine refuses to delete what its state protects, and to replace it as long as the config protects it too. It says so
 * of one resource after the other, and of a deletion in an update only after everything else has been done (pulumi/pulumi,
 * pkg/resource/deploy/step.go, DeleteStep.Apply; step_generator.go, generateStepsFromDiff). These checks say it before.
 */

const protect = diagnosticOf("protect");

/** What would become of the workers of a pool, by their names. */
interface Losses {
  readonly detached: readonly string[];
  readonly replaced: readonly string[];
  /** whose builds have failed, so that nothing is drained */
  readonly failed: readonly string[];
}

function lossesText({ detached, replaced, failed }: Losses): string {
  return [
    ...(detached.length === 0 ? [] : [`detach ${listedWorkers(detached)}`]),
    ...(replaced.length + failed.length === 0 ? [] : [`replace ${listedWorkers([...replaced, ...failed])}`]),
  ].join(" and ");
}

const isNone = ({ detached, replaced, failed }: Losses): boolean =>
  detached.length + replaced.length + failed.length === 0;

/** The pool is protected in the config. */
function protectedPool(name: string, losses: Losses): Diagnostic[] {
  if (isNone(losses)) return [];
  const path = `${poolPath(name)}.protect`;
  const onlyFailed = losses.detached.length + losses.replaced.length === 0;
  return [
    protect({
      path,
      problem: `this update would ${lossesText(losses)}, of a protected pool`,
      expected: "no worker of a protected pool leaves, or is replaced",
      remedy: onlyFailed
        ? `their builds have failed: set ${path}: false for this \`pulumi up\`, which makes other servers, then true again`
        : `take the edit back; or, if it is meant, set ${path}: false and nothing else, run \`pulumi up\`, then edit again`,
    }),
  ];
}

/** The config protects the pool no longer, the state does. */
function liftedPool(name: string, losses: Losses): Diagnostic[] {
  // of a server without a Node the engine lifts the protection as it replaces it
  const refused = { ...losses, failed: [] };
  if (isNone(refused)) return [];
  const path = `${poolPath(name)}.protect`;
  return [
    protect({
      path,
      problem: `this update would ${lossesText(refused)}, which the last one has protected`,
      expected: "an update that lifts the protection, and another that detaches or replaces",
      remedy: `leave ${path}: false, take the other edits back, run \`pulumi up\`, then edit again`,
    }),
  ];
}

function removedPool(name: string, detached: readonly string[]): Diagnostic {
  return protect({
    path: "pools",
    problem: `pool ${name} is protected, and is not in the config any more: this update would detach ${listedWorkers(detached)}`,
    expected: "no worker of a protected pool leaves",
    remedy: `put pool ${name} back; or, if it is to go, put it back with protect: false, run \`pulumi up\`, then remove it`,
  });
}

/**
 * Whether the update would detach or replace workers that the config or the state protects.
 *
 * @param wanted names of the workers that the config declares
 */
export function protectDiagnostics(
  { pools }: Pick<Config, "pools">,
  { state }: Pick<PreflightFacts, "state">,
  changes: readonly PlannedChange[],
  wanted: ReadonlySet<string>,
): Diagnostic[] {
  const known = Object.entries(state?.value?.protectedWorkers ?? {});
  const gone = Map.groupBy(
    known.filter(([worker]) => !wanted.has(worker)),
    ([, pool]) => pool,
  );
  const detachedOf = (pool: string): string[] => (gone.get(pool) ?? []).map(([worker]) => worker);
  const inConfig = new Set(pools.map(({ name }) => name));
  const removed = [...gone.keys()].filter((pool) => !inConfig.has(pool));
  const isProtected = new Set(known.map(([worker]) => worker));
  return [
    ...pools.flatMap((pool) => {
      const replaced = replacements(pool, changes).filter(({ worker }) => pool.protect || isProtected.has(worker));
      const of = (verdict: PlannedChange["verdict"]): string[] =>
        replaced.filter((change) => change.verdict === verdict).map(({ worker }) => worker);
      const leaving = pool.protect ? [...detachedOf(pool.name), ...leavers(pool, changes)] : detachedOf(pool.name);
      const losses = { detached: [...new Set(leaving)], replaced: of("replace, drained"), failed: of("replace") };
      return (pool.protect ? protectedPool : liftedPool)(pool.name, losses);
    }),
    ...removed.map((pool) => removedPool(pool, detachedOf(pool))),
  ];
}

const replacements = ({ name }: PoolConfig, changes: readonly PlannedChange[]): PlannedChange[] =>
  changes.filter((change) => replacesServer(change) && change.place?.pool === poolPath(name));

/** The workers that leave a pool, also those that the state does not protect yet. */
const leavers = ({ name }: PoolConfig, changes: readonly PlannedChange[]): string[] =>
  changes
    .filter(({ verdict, formerPool }) => verdict === "detach, drained" && formerPool === name)
    .map(({ worker }) => worker);
