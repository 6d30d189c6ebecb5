import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath, workerPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PortFacts, PreflightFacts, SubportFacts } from "../../discovery/facts.ts";

const trunk = diagnosticOf("trunk");

/** A trunk of the config: its path, and the objects that its port names. */
interface TrunkPlace {
  readonly path: string;
  readonly facts: PortFacts;
}

function trunkPlaces({ pools }: Pick<Config, "pools">, { cloud }: PreflightFacts): TrunkPlace[] {
  const placed = (
    configs: PoolConfig["networks"],
    found: readonly (PortFacts | undefined)[] | undefined,
    at: string,
  ): TrunkPlace[] =>
    configs.flatMap((port, i) => {
      const facts = found?.[i];
      return port.trunk && facts ? [{ path: `${at}.networks[${i}].trunk`, facts }] : [];
    });
  return pools.flatMap((pool, i) => {
    const [at, facts] = [poolPath(pool.name), cloud.pools[i]];
    const ofWorkers = (pool.workers ?? []).flatMap(({ name, networks }, j) =>
      placed(networks, facts?.workerPorts[j], workerPath(at, name)),
    );
    return [...placed(pool.networks, facts?.ports, at), ...ofWorkers];
  });
}

const unsupported = (path: string): Diagnostic =>
  trunk({
    path,
    problem: "the cloud's network service has no trunks",
    expected: "Neutron's extension trunk (openstack extension list --network)",
    remedy:
      "remove the key, or ask the cloud's operator for the service plugin trunk, and a driver of the machines' switches",
  });

/** What Neutron or a switch refuses of a subport. @param at its path */
function ofSubport(at: string, { network, subnets }: SubportFacts, parent: PortFacts): Diagnostic[] {
  const isParents = network.id === parent.network.id;
  // neutron/services/trunk/rules.py, _raise_subport_invalid_mtu
  const isTooLarge = network.mtu !== undefined && parent.network.mtu !== undefined && network.mtu > parent.network.mtu;
  return [
    ...(isParents
      ? [
          trunk({
            path: `${at}.network`,
            problem: `"${network.name}" is the network of the trunk's own port, which the machine has untagged`,
            expected: "another network for each VLAN",
            remedy: "name another network, or remove the subport",
          }),
        ]
      : []),
    ...(isTooLarge
      ? [
          trunk({
            path: `${at}.network`,
            problem: `"${network.name}" has an MTU of ${network.mtu}, more than the ${parent.network.mtu} of "${parent.network.name}", the network of the trunk's own port`,
            expected: "at most the MTU of that network: Neutron refuses the subport",
            remedy: `openstack network set --mtu ${parent.network.mtu} ${network.name}`,
          }),
        ]
      : []),
    ...subnets
      .filter(({ networkId }) => networkId !== network.id)
      .map((subnet) => ({
        check: "subnet-of-network",
        path: `${at}.subnet`,
        problem: `subnet "${subnet.name}" does not belong to network "${network.name}"`,
        expected: `a subnet of ${at}.network`,
        remedy: `correct ${at}.network or ${at}.subnet; openstack subnet show ${subnet.name} shows the subnet's network`,
      })),
  ];
}

/** A machine would have the same network by two VLANs of one card. */
function repeated(path: string, subports: readonly SubportFacts[]): Diagnostic[] {
  const ids = subports.map(({ network }) => network.id);
  return subports.flatMap(({ network }, i) => {
    const first = ids.indexOf(network.id);
    if (first === i) return [];
    return trunk({
      path: `${path}.subports[${i}].network`,
      problem: `"${network.name}" is the network of ${path}.subports[${first}], too`,
      expected: "another network for each VLAN",
      remedy: "name another network, or remove one of the two",
    });
  });
}

/** Whether Neutron has trunks, and takes the subports that the config names. */
export function trunkDiagnostics(config: Pick<Config, "pools">, facts: PreflightFacts): Diagnostic[] {
  return trunkPlaces(config, facts).flatMap(({ path, facts: parent }) => {
    const { subports = [] } = parent;
    return [
      ...(facts.cloud.trunks === false ? [unsupported(path)] : []),
      ...subports.flatMap((subport, i) => ofSubport(`${path}.subports[${i}]`, subport, parent)),
      ...repeated(path, subports),
    ];
  });
}
