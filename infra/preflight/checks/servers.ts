import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { PlannedChange } from "../changes/plan.ts";
import { type PortedWorker, portedWorkers } from "../worker-ports.ts";
import { ownServers, wantedWorkers } from "./names.ts";

/** Who may choose the machine where the operator says nothing else: context_is_admin in Nova's policies/servers.py. */
const administrator = "admin";

/** A server that is to be made on a named machine by an account that may not choose one: Nova's refusal comes late. */
function pinned(config: Config, facts: PreflightFacts, changes: readonly PlannedChange[]): Diagnostic[] {
  if (facts.roles.includes(administrator)) return [];
  const creating = changes.filter(({ verdict }) => verdict === "attach" || verdict === "replace, drained");
  const created = new Set(creating.map(({ worker }) => worker));
  return wantedWorkers(config, facts).flatMap(({ name, path, availabilityZone }) => {
    if (!availabilityZone?.includes(":") || !created.has(name)) return [];
    return {
      check: "pinned-machine",
      path: `${path}.availabilityZone`,
      problem: `"${availabilityZone}" names a machine, and the account's roles are: ${facts.roles.join(", ")}`,
      expected: `the role ${administrator}: Nova lets nobody else choose (os_compute_api:servers:create:forced_host)`,
      remedy:
        "name the zone alone, or use an account of that role; if the operator lets another one choose, skip this check",
    };
  });
}

/** Ironic wants a free card for each port; Nova's own message does not say so to anybody but administrators. */
function perhapsTooFew({ ports }: PortedWorker): string {
  if (ports.length < 2) return "";
  return `; one would be a machine with fewer than ${ports.length} network cards on the physical networks of its ports`;
}

/** The provider says that a server has failed, and not why. */
function failed(config: Config, facts: PreflightFacts): Diagnostic[] {
  const own = ownServers(facts);
  return portedWorkers(config, facts).flatMap((ported) =>
    (own.get(ported.worker.name) ?? []).flatMap(({ id, name, failure }) => {
      if (failure === undefined) return [];
      return {
        check: "failed-server",
        path: ported.worker.path,
        problem: `server ${name} (${id}) is in ERROR: ${failure}`,
        expected: `no cause for that${perhapsTooFew(ported)}`,
        remedy: "remove the cause and run `pulumi up`: its error names the command that replaces the server",
        warning: true as const,
      };
    }),
  );
}

/** What is known of servers that are to be made, or whose making has failed. */
export function serverDiagnostics(
  config: Config,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  return [...pinned(config, facts, changes), ...failed(config, facts)];
}
