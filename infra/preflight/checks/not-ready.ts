import { secondsSince } from "../../../components/lib/duration.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { ChangeFacts } from "../../discovery/facts.ts";
import type { ExaminedWorker } from "../changes/examine.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";
import { joinBound } from "../changes/repair.ts";
import { notReady } from "../not-ready.ts";

const notReadyDiagnostic = diagnosticOf("not-ready");

/** For as long as its join may take, it is no failure. */
function mayJoin(
  { server, worker, pool }: ExaminedWorker,
  { state }: Pick<ChangeFacts, "state">,
  now: number,
): boolean {
  if (server?.created === undefined || state?.value?.servers[worker.name]?.hasJoined === true) return false;
  return secondsSince(server.created, now) < joinBound(pool);
}

/** Nodes that are not Ready for longer than their pools allow, unless this update replaces their servers anyway. */
export function notReadyDiagnostics(
  workers: readonly ExaminedWorker[],
  facts: Pick<ChangeFacts, "state" | "at" | "owner">,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const { at } = facts;
  if (at === undefined) return [];
  const replaced = createdWorkers(changes);
  const [, , stack = ""] = facts.owner.split("/");
  return workers.flatMap((examined) => {
    const { pool, worker, server, node } = examined;
    if (!server || !node || replaced.has(worker.name) || mayJoin(examined, facts, at)) return [];
    const found = notReady(node, pool, at);
    if (found === undefined) return [];
    const path = poolPath(pool.name);
    return notReadyDiagnostic({
      path,
      problem: `Node ${worker.name} has been ${found}`,
      expected: `a Node that is not out for longer than ${path}.health.notReadyAfter`,
      remedy: `look at its machine (openstack server show ${server.id}); to replace it: npm run repair -- --stack ${stack} ${worker.name}`,
      warning: true,
    });
  });
}
