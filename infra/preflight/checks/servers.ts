import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { createsServer, type PlannedChange } from "../changes/plan.ts";
import { type PortedWorker, portedWorkers } from "../worker-ports.ts";
import { ownServers, wantedWorkers } from "./names.ts";

/** The role that may choose a machine by Nova's default policy: context_is_admin in policies/servers.py. */
const administrator = "admin";

/** New servers on a named machine, if the account may not choose one. Nova itself would reject them late. */
function pinned(config: Config, facts: PreflightFacts, changes: readonly PlannedChange[]): Diagnostic[] {
  if (facts.roles.includes(administrator)) return [];
  const created = new Set(changes.filter(createsServer).map(({ worker }) => worker));
  return wantedWorkers(config, facts).flatMap(({ name, path, availabilityZone }) => {
    if (!availabilityZone?.includes(":") || !created.has(name)) return [];
    return {
      check: "pinned-machine",
      path: `${path}.availabilityZone`,
      problem: `"${availabilityZone}" names a machine, and the account's roles are: ${facts.roles.join(", ")}`,
      expected: `the role ${administrator}: by default Nova allows no other role to choose a machine (policy os_compute_api:servers:create:forced_host)`,
      remedy:
        "set the zone alone, or use an account with that role; if the cloud's policy allows another role, skip this check: preflight.skip: [pinned-machine]",
    };
  });
}

/** Ironic needs a free network card for each port; Nova's own message tells only administrators. */
function perhapsTooFewCards({ ports }: PortedWorker): string {
  if (ports.length < 2) return "";
  return `; a possible cause: the machine has fewer than ${ports.length} network cards on the physical networks of its ports`;
}

/** Failed servers with Nova's reason, which the OpenStack provider does not report. */
function failed(config: Config, facts: PreflightFacts): Diagnostic[] {
  const own = ownServers(facts);
  return portedWorkers(config, facts).flatMap((ported) =>
    (own.get(ported.worker.name) ?? []).flatMap(({ id, name, failure }) => {
      if (failure === undefined) return [];
      return {
        check: "failed-server",
        path: ported.worker.path,
        problem: `server ${name} (${id}) is in ERROR: ${failure}${perhapsTooFewCards(ported)}`,
        expected: "status ACTIVE",
        remedy: "fix the cause, then run `pulumi up`: its error names the command that replaces the server",
        warning: true as const,
      };
    }),
  );
}

/** Servers that cannot be created, and servers that have failed. */
export function serverDiagnostics(
  config: Config,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  return [...pinned(config, facts, changes), ...failed(config, facts)];
}
