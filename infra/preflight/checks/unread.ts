import type { Skippable } from "../../diagnostics/checks.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { Result } from "../../discovery/attempt.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

/** A fact that a check needs, and the result of reading it. */
interface Source {
  readonly check: Skippable;
  readonly path: string;
  readonly name: string;
  readonly result: Result<unknown>;
}

/** A warning for each fact that could not be read: the check must not look passed. */
export function unreadDiagnostics({
  checks,
  cluster,
  localData = { value: [] },
}: Pick<PreflightFacts, "checks" | "cluster" | "localData">): Diagnostic[] {
  const { machineConfigPools } = cluster;
  // a cluster without the kind has nothing to check: what was discovered says so
  const existing = machineConfigPools.code === 404 ? { value: [] } : machineConfigPools;
  const sources: Source[] = [
    { check: "quota", path: "pools", name: "the compute service's limits", result: checks.compute },
    { check: "quota", path: "pools", name: "the network service's quotas", result: checks.portQuota },
    { check: "server-name", path: "pools", name: "the project's servers", result: checks.servers },
    { check: "port-name", path: "pools", name: "the project's ports", result: checks.ports },
    { check: "port-name", path: "pools", name: "the cluster's ports", result: checks.clusterPorts },
    {
      check: "availability-zone",
      path: "pools",
      name: "the availability zones",
      result: checks.availabilityZones ?? { value: [] },
    },
    { check: "server-group", path: "pools", name: "the server groups", result: checks.serverGroups ?? { value: [] } },
    { check: "machine-config-pool", path: "cluster", name: "the MachineConfigPools", result: existing },
    { check: "mtu", path: "cluster", name: "the cluster's Network", result: cluster.network },
    { check: "machine-name", path: "cluster", name: "the Machines", result: checks.machines },
    {
      check: "machine-name",
      path: "cluster",
      name: "the MachineHealthChecks",
      result: checks.machineHealthChecks ?? { value: [] },
    },
    { check: "local-volumes", path: "cluster", name: "the PersistentVolumes", result: localData },
    { check: "permissions", path: "cluster", name: "the account's permissions", result: checks.denied },
  ];
  return sources.flatMap(({ check, path, name, result: { error, code, remedy } }) => {
    if (error === undefined) return [];
    const isDenied = code === undefined || code === 401 || code === 403;
    const passing = "repeat the command in a few minutes";
    return diagnosticOf(check)({
      path,
      problem: `${name} cannot be read: ${error}`,
      expected: `${isDenied ? "permission to read it" : "an answer"}: without it, the check is incomplete`,
      remedy: `${remedy ?? (isDenied ? "grant the account this permission" : passing)}, or skip the check: preflight.skip: [${check}]`,
      warning: true,
    });
  });
}
