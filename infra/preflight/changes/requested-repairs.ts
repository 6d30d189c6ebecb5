import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { NodeFacts } from "../../discovery/facts.ts";
import { replaceCommand } from "../checks/servers.ts";
import type { ExaminedWorker } from "./examine.ts";
import { createdWorkers, type PlannedChange } from "./plan.ts";

/**
 * What `npm run repair` asks of one run of the program: that of these workers each is replaced as if pools[].repair listed it.
 * Whoever types it waits for that: a worker that stays is an error. Pure.
 */

const request = diagnosticOf("repair");

/** What a diagnostic names instead of a key of the config. */
const path = "npm run repair";

/**
 * The requested workers that are to be repaired, and those that are back: a command that is repeated after an interruption
 * finds Ready what it has repaired. If it finds nothing else, it is for nothing, and an error says so.
 */
export function openRepairs(
  requested: readonly string[],
  nodes: readonly Pick<NodeFacts, "name" | "serving" | "ready">[],
): { readonly open: readonly string[]; readonly back: readonly string[] } {
  const ready = new Set(nodes.filter((node) => node.serving || node.ready === "True").map(({ name }) => name));
  const open = requested.filter((name) => !ready.has(name));
  return open.length === 0 ? { open: requested, back: [] } : { open, back: requested.filter((it) => ready.has(it)) };
}

/** The config with the requested workers in the `repair` of their pools. */
export function withRepairs<C extends Pick<Config, "pools">>(
  config: C,
  requested: readonly string[],
  infraId: string,
): C {
  if (requested.length === 0) return config;
  const pools = config.pools.map((pool) => {
    const own = new Set(workersOf(pool, infraId).map(({ name }) => name));
    const added = requested.filter((name) => own.has(name) && !pool.repair.includes(name));
    return added.length === 0 ? pool : { ...pool, repair: [...pool.repair, ...added] };
  });
  return { ...config, pools };
}

/**
 * An error for each requested worker that this update does not repair.
 *
 * @param known names of all workers that the config declares
 * @param workers those of them that could be examined
 */
export function requestedRepairDiagnostics(
  requested: readonly string[],
  known: readonly string[],
  workers: readonly ExaminedWorker[],
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const created = createdWorkers(changes);
  const examined = new Map(workers.map((each) => [each.worker.name, each]));
  return requested.flatMap((name) => {
    if (created.has(name)) return [];
    if (!known.includes(name)) return unknownWorker(name, known);
    const change = changes.find(({ worker }) => worker === name);
    return request({ path, ...refusal(name, examined.get(name), change) });
  });
}

/** The cluster is skipped (detach.clusterUnreachable): whether a worker is Ready, nobody knows. */
export const skippedRepairDiagnostics = (requested: readonly string[]): Diagnostic[] =>
  requested.map((name) =>
    request({
      path,
      problem: `worker ${name} is not repaired: the cluster is skipped (detach.clusterUnreachable: skip)`,
      expected: "a cluster that answers: it tells whether the worker is Ready",
      remedy: "repair the worker once the cluster answers",
    }),
  );

function unknownWorker(name: string, known: readonly string[]): Diagnostic {
  const suggestion = suggest(name, known);
  return request({
    path,
    problem: `no pool has a worker "${name}"`,
    expected: "the name of a worker's Node",
    remedy:
      suggestion === undefined ? "see the names: npm run status -- --stack <stack>" : `type ${suggestion} instead`,
  });
}

type Refusal = Pick<Diagnostic, "problem" | "expected" | "remedy">;

function refusal(name: string, examined: ExaminedWorker | undefined, change: PlannedChange | undefined): Refusal {
  const problem = (reason: string): string => `worker ${name} is not repaired: ${reason}`;
  if (examined?.repair.verdict === "stays") {
    return {
      problem: problem(examined.repair.reason),
      expected: "a worker that is not Ready, and that nothing else is about to bring back",
      remedy: `\`pulumi up\` goes on with it as it is; to replace it all the same: ${replaceCommand(name)}`,
    };
  }
  if (examined?.server?.failure !== undefined) {
    return {
      problem: problem(`its server's build has failed: ${examined.server.failure}`),
      expected: "a server that has run: a build that failed is repeated by `pulumi up` itself",
      remedy: `fix the cause, then: ${replaceCommand(name)}`,
    };
  }
  const planned = change === undefined ? "its server could not be read" : `${change.verdict} (${change.reason})`;
  return {
    problem: problem(planned),
    expected: "one server of the worker, in the stack's state",
    remedy: "run `pulumi up` first; `npm run doctor -- --stack <stack>` says what is wrong",
  };
}
