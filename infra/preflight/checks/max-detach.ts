import type { Config } from "../../config/load.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { Result } from "../../discovery/attempt.ts";
import type { PreflightFacts, StateFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "../changes/plan.ts";
import { listedWorkers } from "../listed-workers.ts";

const path = "maxDetach";
const maxDetach = diagnosticOf("max-detach");

function tooMany(names: readonly string[], limit: number): Diagnostic[] {
  if (names.length <= limit) return [];
  return [
    maxDetach({
      path,
      problem: `this update would detach ${names.length} workers: ${listedWorkers(names)}`,
      expected: `at most ${limit} in one update`,
      remedy: `put those that stay back into the config; if all of them are to go, set maxDetach: ${names.length} for this \`pulumi up\`, and ${limit} again afterwards`,
    }),
  ];
}

/** What is not known is not allowed. */
const unknown = (what: string, reason: string): Diagnostic =>
  maxDetach({
    path,
    problem: `${what} cannot be read: ${reason}. How many workers this update would detach is not known`,
    expected: "permission to read it, as long as maxDetach is set",
    remedy: "grant the account this permission, or remove maxDetach for this `pulumi up`",
  });

/**
 * Whether the update would detach more workers than the config allows. Those of the state count as well: after a rename of the
 * stack its servers carry another owner, as long as `formerOwners` does not name it. Surge workers do not count: they were
 * attached to be detached.
 *
 * @param wanted the names of the workers that the config declares
 */
export function maxDetachDiagnostics(
  { maxDetach: limit }: Pick<Config, "maxDetach">,
  { checks, state }: Pick<PreflightFacts, "checks" | "state">,
  changes: readonly PlannedChange[],
  wanted: ReadonlySet<string>,
): Diagnostic[] {
  if (limit === undefined) return [];
  if (checks.servers.error !== undefined) return [unknown("the project's servers", checks.servers.error)];
  const planned = changes
    .filter(({ verdict, isSurge }) => verdict === "detach, drained" && isSurge !== true)
    .map(({ worker }) => worker);
  const recorded = recordedWorkers(state?.value).filter((name) => !wanted.has(name));
  return tooMany([...new Set([...planned, ...recorded])], limit);
}

/** The same for an update that skips the cluster: it detaches everything that the state has. */
export function skippedDetachDiagnostics(
  { maxDetach: limit }: Pick<Config, "maxDetach">,
  { value, error }: Result<StateFacts>,
): Diagnostic[] {
  if (limit === undefined) return [];
  if (error !== undefined) return [unknown("the stack's state", error)];
  return tooMany(recordedWorkers(value), limit);
}

/** The workers that the state has, but for surge workers. */
const recordedWorkers = (state: StateFacts | undefined): string[] =>
  Object.entries(state?.servers ?? {}).flatMap(([name, { isSurge }]) => (isSurge === true ? [] : [name]));
