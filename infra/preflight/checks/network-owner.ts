import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { oncePerPath, type WorkerPort } from "../planned-ports.ts";

/**
 * Roles that may choose the addresses of a port in another project's network by Neutron's default policy: admin and, of newer
 * releases, manager (neutron/conf/policies/port.py, create_port:fixed_ips:ip_address and create_port:allowed_address_pairs).
 */
const mayChoose = ["admin", "manager"];

const skip = "if the cloud's policy allows it, skip this check: preflight.skip: [network-owner]";

/** New ports whose addresses only the network's owner may choose. A subnet alone may be chosen in any shared network. */
export function networkOwnerDiagnostics(
  ports: readonly WorkerPort[],
  { roles }: Pick<PreflightFacts, "roles">,
): Diagnostic[] {
  if (mayChoose.some((role) => roles.includes(role))) return [];
  const foreign = ports.filter(({ isNew, facts }) => isNew && facts.network.otherProject !== undefined);
  const unproven = (has: (port: WorkerPort) => boolean): WorkerPort[] => {
    const networks = provenNetworks(ports, has);
    return foreign.filter(({ facts }) => !networks.has(facts.network.id));
  };
  return [
    ...unproven((port) => addressesOf(port).length > 0).flatMap((port) => fixedIp(port, roles)),
    ...oncePerPath(unproven(({ planned, isNew }) => !isNew && planned.allowedAddresses.length > 0)).flatMap((it) =>
      pairs(it, roles),
    ),
    ...oncePerPath(unproven(({ planned }) => planned.portSecurity === false)).flatMap((it) => portSecurity(it, roles)),
  ];
}

/** Networks in which a worker has a port like that: so the cloud's policy allows it, unless somebody else made the port. */
const provenNetworks = (ports: readonly WorkerPort[], has: (port: WorkerPort) => boolean): ReadonlySet<string> =>
  new Set(ports.filter((it) => it.isPlaced && has(it)).map(({ facts }) => facts.network.id));

const addressesOf = ({ planned }: WorkerPort): string[] => planned.addresses.flatMap(({ ipAddress = [] }) => ipAddress);

const diagnosticOf = (
  { facts: { network } }: WorkerPort,
  roles: readonly string[],
  { path, what, rule, remedy }: { path: string; what: string; rule: string; remedy: string },
): Diagnostic => ({
  check: "network-owner",
  path,
  problem: `${what}, but network "${network.name}" belongs to another project (${network.otherProject ?? ""}), and the account's roles are: ${roles.join(", ")}`,
  expected: `a network of the account's own project, or the role admin: by default Neutron allows it to no one else (policy ${rule})`,
  remedy: `${remedy}; ${skip}`,
});

function fixedIp(port: WorkerPort, roles: readonly string[]): Diagnostic[] {
  const { fixedIpPath: path } = port;
  const fixed = addressesOf(port);
  if (fixed.length === 0) return [];
  const what = `the port is to have the address ${fixed.join(" and ")}`;
  const remedy = "remove the key: Neutron then chooses an address of the subnet; or use an account with that role";
  return [diagnosticOf(port, roles, { path, what, rule: "create_port:fixed_ips:ip_address", remedy })];
}

/** create_port:port_security_enabled */
function portSecurity(port: WorkerPort, roles: readonly string[]): Diagnostic[] {
  if (port.planned.portSecurity !== false) return [];
  return [
    diagnosticOf(port, roles, {
      path: `${port.path}.portSecurity`,
      what: "the port is to have no port security",
      rule: "create_port:port_security_enabled",
      remedy: `remove the key, use an account with that role, or let the network's owner disable port security there (openstack network set --disable-port-security ${port.facts.network.name})`,
    }),
  ];
}

function pairs(port: WorkerPort, roles: readonly string[]): Diagnostic[] {
  const { planned, config, path } = port;
  if (planned.allowedAddresses.length === 0) return [];
  const isOurs = config.allowedAddresses.length === 0;
  const what = `the port is to answer for ${planned.allowedAddresses.join(", ")}${isOurs ? ", the cluster's ingress" : ""}`;
  const use = `use an account with that role, or let the network's owner disable port security there (openstack network set --disable-port-security ${port.facts.network.name}), which needs no address pairs`;
  return [
    diagnosticOf(port, roles, {
      path: isOurs ? path : `${path}.allowedAddresses`,
      what,
      rule: "create_port:allowed_address_pairs",
      remedy: isOurs ? use : `remove the key, or ${use}`,
    }),
  ];
}
