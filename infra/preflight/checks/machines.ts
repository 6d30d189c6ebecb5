import { matches } from "../../../components/kubernetes/label-selector.ts";
import { canonicalIp } from "../../../components/lib/ip.ts";
import { asList } from "../../config/fields.ts";
import type { Config } from "../../config/load.ts";
import type { WantedWorker } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { MachineFacts, PreflightFacts } from "../../discovery/facts.ts";
import { ownServers, wantedWorkers, workersOfPort } from "./names.ts";

/**
 * Whether the Machine API takes the Node of a worker for that of a Machine of another name. Its nodelink controller finds the Machine
 * of a Node by the providerID, else by the InternalIP, writes that Machine's labels, annotations and taints on the Node, and makes it
 * the Machine's: whoever deletes the Machine then drains the worker (openshift/machine-api-operator,
 * pkg/controller/nodelink/nodelink_controller.go, findMachineFromNode). A Machine of the same name is an error of its own (names.ts).
 *
 * A Node without a Machine is nobody's: a MachineHealthCheck goes by Machines, whatever it selects
 * (machinehealthcheck_controller.go, mhcRequestsFromNode), and so does the cluster autoscaler.
 */
export function machineDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const machines = facts.checks.machines.value ?? [];
  const [byServer, byNode, byIp] = [
    Map.groupBy(machines, ({ serverId }) => serverId),
    Map.groupBy(machines, ({ node }) => node),
    Map.groupBy(
      machines.flatMap((machine) => machine.internalIps.map((ip) => ({ machine, ip: canonicalIp(ip) }))),
      ({ ip }) => ip,
    ),
  ];
  const claimsOf = claimsOfWorkers(facts);
  return wantedWorkers(config, facts).flatMap((worker) => {
    const { servers, addresses } = claimsOf(worker);
    const taken = new Map<MachineFacts, string>([
      ...addresses.flatMap((ip) =>
        (byIp.get(ip) ?? []).map(({ machine }) => [machine, `has its address ${ip}`] as const),
      ),
      ...servers.flatMap((id) => (byServer.get(id) ?? []).map((machine) => [machine, `has its server ${id}`] as const)),
      ...(byNode.get(worker.name) ?? []).map((machine) => [machine, "has its Node"] as const),
    ]);
    return [...taken]
      .filter(([{ name }]) => name !== worker.name)
      .map(([machine, claim]) => conflict(worker, machine, claim, facts));
  });
}

/** The servers and addresses of a worker, as far as they exist or the config says them. */
function claimsOfWorkers(facts: PreflightFacts) {
  const servers = ownServers(facts);
  const ports = Map.groupBy(
    (facts.checks.ports.value ?? []).flatMap((port) => workersOfPort(port).map((name) => ({ name, port }))),
    ({ name }) => name,
  );
  return ({ name, fixedIps, networks }: WantedWorker) => {
    const existing = (ports.get(name) ?? []).flatMap(({ port }) => port.addresses.map(({ ip }) => ip));
    const wanted = [...fixedIps, ...networks.flatMap(({ fixedIp }) => asList(fixedIp))];
    return {
      servers: (servers.get(name) ?? []).map(({ id }) => id),
      addresses: [...new Set([...existing, ...wanted].map(canonicalIp))],
    };
  };
}

function conflict(
  { path, name: worker }: WantedWorker,
  { name, labels }: MachineFacts,
  claim: string,
  { checks }: PreflightFacts,
): Diagnostic {
  const watching = (checks.machineHealthChecks?.value ?? [])
    .filter(({ selector }) => matches(selector, labels))
    .map((check) => check.name);
  const remediated =
    watching.length > 0 ? `; MachineHealthCheck ${watching.join(", ")} selects it, and may delete it` : "";
  return diagnosticOf("machine-name")({
    path,
    problem: `Machine ${name} of the Machine API ${claim}: it would be taken for that of Node ${worker}${remediated}`,
    expected:
      "one owner per worker: the Machine API writes the Machine's labels and taints on the Node, and drains it when the Machine is deleted",
    remedy: `if the Machine's own server is gone: oc -n openshift-machine-api delete machine ${name}, before the worker joins; otherwise choose another address`,
    warning: true,
  });
}
