import { listed } from "../../../components/lib/listed.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { ExaminedWorker } from "../changes/examine.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";
import { ownServers, wantedWorkers } from "./names.ts";

const zoneDiagnostic = diagnosticOf("availability-zone");

const wrongZone = (path: string, zone: string, zones: readonly string[]): Diagnostic => {
  const suggestion = suggest(zone, zones);
  return zoneDiagnostic({
    path,
    problem: `no available availability zone named "${zone}"`,
    expected: `one of ${listed(zones)}`,
    remedy: suggestion === undefined ? "correct the name, or remove the key" : `write ${suggestion} instead`,
  });
};

/**
 * Whether the zones exist that no server of their workers is in, or whose servers this update creates: Nova refuses another one when the ports are there already.
 * It does not look at the zone beside a machine (nova/compute/api.py, _validate_and_build_base_options).
 */
export function availabilityZoneDiagnostics(
  config: Pick<Config, "pools">,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
  workers: readonly ExaminedWorker[],
): Diagnostic[] {
  if (!facts.checks.servers.value) return config.pools.flatMap(unknownPlaces);
  const zones = facts.checks.availabilityZones?.value;
  if (!zones) return [];
  const created = createdWorkers(changes);
  return [...ofWorkers(config, facts, { zones, created }), ...ofPools(config, { zones, created, workers })];
}

interface Known {
  readonly zones: readonly string[];
  readonly created: ReadonlySet<string>;
}

function ofWorkers(config: Pick<Config, "pools">, facts: PreflightFacts, { zones, created }: Known): Diagnostic[] {
  const own = ownServers(facts);
  return wantedWorkers(config, facts).flatMap(({ name, path, availabilityZone: zone }) => {
    if (zone === undefined || zone.includes(":") || zones.includes(zone)) return [];
    const isIn = own.get(name)?.some(({ made }) => made.availabilityZone === zone) === true;
    if (isIn && !created.has(name)) return [];
    return wrongZone(`${path}.availabilityZone`, zone, zones);
  });
}

/** A zone of a pool's list in which nothing is created stops nothing: its hosts may be down. */
function ofPools(
  { pools }: Pick<Config, "pools">,
  { zones, created, workers }: Known & { readonly workers: readonly ExaminedWorker[] },
): Diagnostic[] {
  const used = workers.filter(({ worker }) => created.has(worker.name) && worker.availabilityZone === undefined);
  return pools.flatMap(({ name, availabilityZones = [] }) =>
    availabilityZones.flatMap((zone, i) => {
      if (zones.includes(zone)) return [];
      const isUsed = used.some((each) => each.pool.name === name && each.zone === zone);
      const wrong = wrongZone(`${poolPath(name)}.availabilityZones[${i}]`, zone, zones);
      return isUsed ? wrong : { ...wrong, warning: true as const };
    }),
  );
}

/** Named workers are spread by where the others run. */
function unknownPlaces({ name, availabilityZones }: PoolConfig): Diagnostic[] {
  if (!availabilityZones) return [];
  return [
    zoneDiagnostic({
      path: `${poolPath(name)}.availabilityZones`,
      problem: "the project's servers cannot be read: in which zones workers run is not known",
      expected: "an answer of the compute service",
      remedy: "repeat the command in a few minutes",
    }),
  ];
}
