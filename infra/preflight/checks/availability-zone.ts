import { listed } from "../../../components/lib/listed.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";
import { ownServers, wantedWorkers } from "./names.ts";

const zoneDiagnostic = diagnosticOf("availability-zone");

/**
 * Whether the zones exist that no server of their workers is in, or whose servers this update creates: Nova refuses another one when the ports are there already.
 * It does not look at the zone beside a machine (nova/compute/api.py, _validate_and_build_base_options).
 */
export function availabilityZoneDiagnostics(
  config: Pick<Config, "pools">,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const zones = facts.checks.availabilityZones?.value;
  if (!zones || !facts.checks.servers.value) return [];
  const own = ownServers(facts);
  const created = createdWorkers(changes);
  return wantedWorkers(config, facts).flatMap(({ name, path, availabilityZone: zone }) => {
    if (zone === undefined || zone.includes(":") || zones.includes(zone)) return [];
    const isIn = own.get(name)?.some(({ made }) => made.availabilityZone === zone) === true;
    if (isIn && !created.has(name)) return [];
    const suggestion = suggest(zone, zones);
    return zoneDiagnostic({
      path: `${path}.availabilityZone`,
      problem: `no available availability zone named "${zone}"`,
      expected: `one of ${listed(zones)}`,
      remedy: suggestion === undefined ? "correct the name, or remove the key" : `write ${suggestion} instead`,
    });
  });
}
