import type { Config } from "../config/load.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../discovery/facts.ts";
import { ownerOf } from "../../components/ports/description.ts";
import { examine, type ExaminedWorker } from "./changes/examine.ts";
import { type PlannedChange, plannedChanges } from "./changes/plan.ts";
import { blockedChanges } from "./changes/refusals.ts";
import { adoptDiagnostics } from "./checks/adopt.ts";
import { availabilityZoneDiagnostics } from "./checks/availability-zone.ts";
import { capacityDiagnostics } from "./checks/capacity.ts";
import { clusterDiagnostics } from "./checks/cluster.ts";
import { dhcpOptionDiagnostics } from "./checks/dhcp-options.ts";
import { expiredUrlDiagnostics } from "./checks/expired-url.ts";
import { flavorAndImageDiagnostics } from "./checks/flavor-and-image.ts";
import { hostDiagnostics } from "./checks/hosts.ts";
import { ignitionProxyDiagnostics } from "./checks/ignition-proxy.ts";
import { ignitionDiagnostics } from "./checks/ignition.ts";
import { localVolumeDiagnostics } from "./checks/local-volumes.ts";
import { machineConfigPoolDiagnostics } from "./checks/machine-config-pool.ts";
import { machineConfigRoleDiagnostics } from "./checks/machine-config-roles.ts";
import { machineConfigUpdateDiagnostics } from "./checks/machine-config-update.ts";
import { machineDiagnostics } from "./checks/machines.ts";
import { maxDetachDiagnostics } from "./checks/max-detach.ts";
import { isOwner, nameDiagnostics, ownServers, wantedWorkers } from "./checks/names.ts";
import { networkDiagnostics } from "./checks/network.ts";
import { networkOwnerDiagnostics } from "./checks/network-owner.ts";
import { nodeAddressDiagnostics } from "./checks/node-address.ts";
import { nodeNameDiagnostics } from "./checks/node-name.ts";
import { nodeListDiagnostics } from "./checks/node-lists.ts";
import { notReadyDiagnostics } from "./checks/not-ready.ts";
import { objectStoreDiagnostics } from "./checks/object-store.ts";
import { ownNodeDiagnostics } from "./checks/own-node.ts";
import { portSecurityDiagnostics } from "./checks/port-security.ts";
import { protectDiagnostics } from "./checks/protect.ts";
import { removeDiagnostics } from "./checks/remove.ts";
import { securityGroupDiagnostics } from "./checks/security-groups.ts";
import { serverGroupDiagnostics } from "./checks/server-group.ts";
import { serverDiagnostics } from "./checks/servers.ts";
import { takeOverDiagnostics } from "./checks/take-over.ts";
import { trunkDiagnostics } from "./checks/trunk.ts";
import { unreadDiagnostics } from "./checks/unread.ts";
import { workerPorts } from "./planned-ports.ts";
import { queuedTerms, urlLifetimeDiagnostics } from "./checks/url-lifetime.ts";
import { userDataDiagnostics } from "./checks/user-data.ts";

export type { PreflightFacts } from "../discovery/facts.ts";

/** Whether the cloud has a server or a port that names the stack as its owner. */
export function hasOwnObjects(facts: PreflightFacts): boolean {
  const ports = [...(facts.checks.clusterPorts.value ?? []), ...(facts.checks.ports.value ?? [])];
  return ownServers(facts).size > 0 || ports.some(({ description }) => isOwner(facts, ownerOf(description)));
}

/** What the checks found, and the planned changes of the workers. */
export interface Evaluation {
  /** errors and warnings, without the skipped checks */
  readonly diagnostics: readonly Diagnostic[];
  readonly changes: readonly PlannedChange[];
}

const namesOf = (config: Config, facts: PreflightFacts): ReadonlySet<string> =>
  new Set(wantedWorkers(config, facts).map(({ name }) => name));

/**
 * Runs all checks on config and facts. Without errors, no known problem prevents the update.
 *
 * @param parallel how many resources Pulumi works on at once; undefined: without a bound
 * @param workers as they are examined by these facts
 * @param changes planned for these workers
 */
export function evaluate(
  config: Config,
  facts: PreflightFacts,
  parallel?: number,
  workers: readonly ExaminedWorker[] = examine(config, facts),
  changes: readonly PlannedChange[] = plannedChanges(config, facts, workers),
): Evaluation {
  const skipped: readonly string[] = config.preflight.skip;
  const wanted = namesOf(config, facts);
  const ports = workerPorts(config, facts, workers, changes);
  const queued = queuedTerms(config, facts.cluster, parallel);
  const diagnostics = [
    ...facts.cloud.unresolved,
    ...networkDiagnostics(config, facts),
    ...nodeAddressDiagnostics(config, facts),
    ...securityGroupDiagnostics(config, facts),
    ...portSecurityDiagnostics(ports),
    ...dhcpOptionDiagnostics(ports),
    ...networkOwnerDiagnostics(ports, facts),
    ...trunkDiagnostics(config, facts),
    ...nodeNameDiagnostics(config, facts),
    ...removeDiagnostics(config, facts),
    ...nodeListDiagnostics(config, facts),
    ...machineConfigPoolDiagnostics(config, facts),
    ...machineConfigRoleDiagnostics(config, facts, changes),
    ...machineConfigUpdateDiagnostics(config, facts, changes),
    ...flavorAndImageDiagnostics(config, facts, changes),
    ...userDataDiagnostics(config, facts),
    ...nameDiagnostics(config, facts),
    ...machineDiagnostics(config, facts),
    ...takeOverDiagnostics(workers, facts),
    ...adoptDiagnostics(workers),
    ...availabilityZoneDiagnostics(config, facts, changes, workers),
    ...serverGroupDiagnostics(config, facts, changes, workers),
    ...serverDiagnostics(config, facts, changes, workers),
    ...notReadyDiagnostics(workers, facts, changes),
    ...maxDetachDiagnostics(config, facts, changes, wanted),
    ...protectDiagnostics(config, facts, changes, wanted),
    ...capacityDiagnostics(config, facts),
    ...hostDiagnostics(config, facts, changes),
    ...ignitionDiagnostics(config, facts),
    ...ignitionProxyDiagnostics(config, facts),
    ...clusterDiagnostics(config, facts),
    ...objectStoreDiagnostics(config, facts, changes),
    ...urlLifetimeDiagnostics(config, queued),
    ...expiredUrlDiagnostics(config, facts, queued),
    ...localVolumeDiagnostics(config, facts),
    ...ownNodeDiagnostics(facts, changes),
    ...unreadDiagnostics(facts),
  ].filter(({ check }) => !skipped.includes(check));
  return { diagnostics, changes: blockedChanges(changes, diagnostics) };
}
