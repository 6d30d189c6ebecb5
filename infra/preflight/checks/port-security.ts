import { poolPath } from "../../config/paths.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { oncePerPath, type WorkerPort } from "../planned-ports.ts";

/**
 * New ports in networks without port security. Neutron refuses security groups and allowed address pairs there
 * (neutron/plugins/ml2/plugin.py, create_port: PortSecurityAndIPRequiredForSecurityGroups,
 * AddressPairAndPortSecurityRequired). Those that the program adds by itself are left out, see infra/pool-spec.ts; those that
 * the config names cannot be had. Existing ports keep theirs: a network's port security is only the default of new ones.
 */
export function portSecurityDiagnostics(ports: readonly WorkerPort[]): Diagnostic[] {
  const created = ports.filter(({ isNew }) => isNew);
  const unsecured = oncePerPath(created.filter(isUnsecured));
  const unknown = oncePerPath(created.filter(isUnknown));
  return [...unsecured.flatMap(ofPort), ...unknown.map(withoutExtension), ...ofPools(ports)];
}

/** Where the config says so itself, nobody has to be told. */
const isUnsecured = ({ config, facts }: WorkerPort): boolean =>
  facts.network.portSecurity === false && config.portSecurity !== false;

const isUnknown = ({ config, facts }: WorkerPort): boolean =>
  facts.network.portSecurity === undefined && config.portSecurity === false;

const withoutExtension = ({ path }: WorkerPort): Diagnostic => ({
  check: "port-security",
  path: `${path}.portSecurity`,
  problem: "the cloud's network service has no port security: its networks do not say whether they have it",
  expected: "Neutron's extension port-security (openstack extension list --network)",
  remedy: "remove the key: Neutron refuses a port that has it",
});

const enable = (network: string): string => `openstack network set --enable-port-security ${network}`;

const refused = (path: string, what: string, network: string, remedy: string): Diagnostic => ({
  check: "port-security",
  path,
  problem: `network "${network}" has port security disabled: Neutron refuses a new port there that has ${what}`,
  expected: `a network with port security, or no ${what}`,
  remedy: `${remedy}, or enable it: ${enable(network)}`,
});

function ofPort({ path, config, facts: { network } }: WorkerPort): Diagnostic[] {
  const groups = config.securityGroups ?? [];
  const warning = {
    check: "security-groups",
    path,
    problem: `network "${network.name}" has port security disabled: new ports there get no security groups and no allowed address pairs`,
    expected: "port security, unless nothing is to filter the machines' traffic",
    remedy: `${enable(network.name)}; if it is disabled on purpose, skip this check: preflight.skip: [security-groups]`,
    warning: true as const,
  };
  const errors = [
    ...(groups.length === 0
      ? []
      : [refused(`${path}.securityGroups`, "security groups", network.name, "remove the key")]),
    ...(config.allowedAddresses.length === 0
      ? []
      : [
          refused(
            `${path}.allowedAddresses`,
            "allowed address pairs",
            network.name,
            "remove the key: without port security a port may use any address",
          ),
        ]),
  ];
  return errors.length > 0 ? errors : [warning];
}

/** A pool's groups that none of its ports can have; where some can, the warning tells of the others. */
function ofPools(ports: readonly WorkerPort[]): Diagnostic[] {
  const inheriting = ports.filter(
    ({ pool, config }) => pool.securityGroups?.length && !config.securityGroups && config.portSecurity !== false,
  );
  return [...Map.groupBy(inheriting, ({ pool }) => pool.name)].flatMap(([name, all]) => {
    const first = all.find((port) => port.isNew);
    if (!first || !all.every(isUnsecured)) return [];
    const network = first.facts.network.name;
    return refused(`${poolPath(name)}.securityGroups`, "security groups", network, "remove the key");
  });
}
