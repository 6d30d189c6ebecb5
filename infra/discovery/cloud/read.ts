import type * as pulumi from "@pulumi/pulumi";
import { ipVersionOf } from "../../../components/lib/ip.ts";
import { clusterTag } from "../../../components/ports/names.ts";
import { asList } from "../../config/fields.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath, workerPath } from "../../config/paths.ts";
import { type Diagnostic, inOrder } from "../../diagnostics/diagnostic.ts";
import { allOrDiagnostics, DiagnosticError } from "../../diagnostics/error.ts";
import type {
  CloudFacts,
  NetworkFacts,
  NotFound,
  PoolFacts,
  PortFacts,
  SubnetFacts,
  SubportFacts,
  WorkerGroup,
} from "../facts.ts";
import { type Asked, CloudReader, workerGroupName } from "./lookup.ts";

/** The cluster's network and subnets for its machines. */
interface Machines {
  readonly network: NetworkFacts;
  readonly subnets: readonly SubnetFacts[];
  readonly areNamed: boolean;
}

/** One of each family in one network: the subnets of a dual-stack cluster. */
const areDualStack = (subnets: readonly SubnetFacts[]): boolean =>
  new Set(subnets.map(({ networkId }) => networkId)).size === 1 &&
  new Set(subnets.map(({ cidr }) => ipVersionOf(cidr))).size === subnets.length;

const ipv4First = (subnets: readonly SubnetFacts[]): SubnetFacts[] =>
  subnets.toSorted((one, other) => ipVersionOf(one.cidr) - ipVersionOf(other.cidr));

const readSubnets = async (
  reader: CloudReader,
  names: string | readonly string[],
  path: string,
): Promise<SubnetFacts[]> => {
  const at = (i: number): string => (typeof names === "string" ? path : `${path}[${i}]`);
  return ipv4First(await allOrDiagnostics(asList(names).map((name, i) => reader.subnet(name, at(i)))));
};

/** The installer tags the machines' subnets. If there are others, an administrator tagged them, and knows which are for machines. */
function severalTagged(infraId: string, tagged: readonly SubnetFacts[]): DiagnosticError {
  const subnets = tagged.map(({ name, cidr }) => `"${name}" (${cidr})`).join(", ");
  return new DiagnosticError([
    {
      check: "cloud",
      path: "machineNetwork",
      problem: `${tagged.length} subnets have the installer's tag ${clusterTag(infraId)}: ${subnets}`,
      expected: "one tagged subnet, or one of each IP version in the same network, or a machineNetwork in the config",
      remedy: "add machineNetwork, with the network and one of these subnets, or [<IPv4 subnet>, <IPv6 subnet>]",
    },
  ]);
}

/** What is found in the cloud by the cluster's infrastructure name. */
interface Discovered {
  readonly infraId: Promise<string>;
  readonly tagged: Promise<readonly SubnetFacts[]>;
  readonly workerGroup: Promise<WorkerGroup>;
}

/**
 * By the names in the config, or else by the installer's tags and names: the tag `openshiftClusterID=<infraID>` on the
 * subnet, then the name `<infraID>-nodes` (openshift/installer, pkg/infrastructure/openstack/preprovision).
 */
async function readMachines(
  reader: CloudReader,
  names: Config["machineNetwork"],
  { infraId, tagged }: Discovered,
): Promise<Machines> {
  if (names) {
    const [network, subnets] = await allOrDiagnostics([
      reader.network(names.network, "machineNetwork.network"),
      readSubnets(reader, names.subnet, "machineNetwork.subnet"),
    ]);
    return { network, subnets, areNamed: true };
  }
  const found = await tagged;
  if (found.length > 1 && !areDualStack(found)) throw severalTagged(await infraId, found);
  const subnets = ipv4First(found.length > 0 ? found : [await reader.installerSubnet(await infraId)]);
  return { network: await reader.networkById(subnets[0]?.networkId ?? ""), subnets, areNamed: false };
}

interface PortConfig {
  readonly network?: string | undefined;
  readonly subnet?: string | readonly string[] | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly trunk?: { readonly subports: readonly SubportConfig[] } | undefined;
}

type SubportConfig = NonNullable<PoolConfig["networks"][number]["trunk"]>["subports"][number];

/** A pool, its config path, and its defaults. */
interface PoolPlace {
  readonly pool: PoolConfig;
  readonly path: string;
  readonly machines: Promise<Machines | undefined>;
  readonly discovered: Discovered;
  /** collects the flavors and images that were not found */
  readonly notFound: Diagnostic[];
  /** collects what ports need and was not found */
  readonly unresolved: Diagnostic[];
}

/** Only a new server needs a flavor and an image: that one is missing must not stop what creates none. */
async function orNotFound<T>(name: string, lookup: Promise<T>, all: Diagnostic[]): Promise<T | NotFound> {
  try {
    return await lookup;
  } catch (error) {
    const [notFound] = error instanceof DiagnosticError ? error.diagnostics : [];
    if (!notFound) throw error;
    all.push(notFound);
    return { name, notFound };
  }
}

/** Without it, what does not need it is checked all the same. */
async function orUnresolved<T>(lookup: Promise<T>, all: Diagnostic[]): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    all.push(...error.diagnostics);
    return undefined;
  }
}

/** The security groups of a port that names none: the pool's, else the group of the cluster's workers, else Neutron's default. */
async function readPoolGroups(reader: CloudReader, { pool, path, discovered }: PoolPlace): Promise<readonly string[]> {
  const at = `${path}.securityGroups`;
  if (pool.securityGroups !== undefined) return reader.securityGroups(pool.securityGroups, at);
  const found = await discovered.workerGroup;
  if (found === "several") throw severalGroups(await discovered.infraId, at);
  return found === undefined || found === "unsupported" ? [] : [found.id];
}

function severalGroups(infraId: string, path: string): DiagnosticError {
  return new DiagnosticError([
    {
      check: "cloud",
      path,
      problem: `several security groups are named ${workerGroupName(infraId)}, and the tag ${clusterTag(infraId)} does not identify exactly one`,
      expected: "one security group for the cluster's workers",
      remedy: `tag the right group (openstack security group set --tag ${clusterTag(infraId)} <id>), or set ${path}; [] means the project's default group`,
    },
  ]);
}

/** Reads what the subports of a trunk name; undefined: something of it is unresolved. @param path of the trunk */
async function readSubports(
  reader: CloudReader,
  { subports }: NonNullable<PortConfig["trunk"]>,
  path: string,
  { unresolved }: PoolPlace,
): Promise<SubportFacts[] | undefined> {
  const found = await Promise.all(
    subports.map(async ({ network: name, subnet }, i) => {
      const at = `${path}.subports[${i}]`;
      const [network, subnets] = await Promise.all([
        orUnresolved(reader.network(name, `${at}.network`), unresolved),
        subnet === undefined ? [] : orUnresolved(readSubnets(reader, subnet, `${at}.subnet`), unresolved),
      ]);
      return network && subnets && { network, subnets };
    }),
  );
  const resolved = found.flatMap((each) => each ?? []);
  return resolved.length === subports.length ? resolved : undefined;
}

/** Reads what an entry of `networks` names; the default is the machine network with the pool's groups. */
async function readPort(
  reader: CloudReader,
  { port, path }: { port: PortConfig; path: string },
  place: PoolPlace,
): Promise<PortFacts | undefined> {
  const { machines, unresolved } = place;
  const groups =
    port.securityGroups === undefined
      ? readPoolGroups(reader, place)
      : reader.securityGroups(port.securityGroups, `${path}.securityGroups`);
  const [network, subnets, securityGroupIds, subports] = await Promise.all([
    port.network === undefined
      ? machines.then((found) => found?.network)
      : orUnresolved(reader.network(port.network, `${path}.network`), unresolved),
    port.subnet === undefined
      ? machines.then((found) => found && { subnets: found.subnets, areNamed: found.areNamed })
      : orUnresolved(readSubnets(reader, port.subnet, `${path}.subnet`), unresolved).then(
          (found) => found && { subnets: found, areNamed: true },
        ),
    orUnresolved(groups, unresolved),
    port.trunk ? readSubports(reader, port.trunk, `${path}.trunk`, place) : [],
  ]);
  if (!network || !subnets || !securityGroupIds || !subports) return undefined;
  return { network, ...subnets, securityGroupIds, ...(port.trunk && { subports }) };
}

async function readPool(reader: CloudReader, place: PoolPlace): Promise<PoolFacts> {
  const { pool, path, notFound } = place;
  const all = (ports: readonly PortConfig[], at: string): Promise<(PortFacts | undefined)[]> =>
    Promise.all(ports.map((port, i) => readPort(reader, { port, path: `${at}.networks[${i}]` }, place)));
  const [flavor, image, ports, workerPorts] = await allOrDiagnostics([
    orNotFound(pool.flavor, reader.flavor(pool.flavor, `${path}.flavor`), notFound),
    orNotFound(pool.image, reader.image(pool.image, `${path}.image`), notFound),
    all(pool.networks, path),
    Promise.all((pool.workers ?? []).map(({ name, networks }) => all(networks, workerPath(path, name)))),
  ]);
  return { flavor, image, ports, workerPorts };
}

/** The result, or everything that does not exist at once: whether it is needed, the rest would show. */
async function orAll<T>(reading: Promise<T>, notFound: readonly (readonly Diagnostic[])[]): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError([...new Set([...error.diagnostics, ...notFound.flat()])], { cause: error });
  }
}

/**
 * Looks up everything that the config names, concurrently. What the cloud did not return is part of the facts. Throws one
 * DiagnosticError that lists it, too, if what is looked up by the cluster's name cannot be.
 *
 * @param infraId lookups that need it wait for it; lookups by the config's names do not
 */
export async function readCloudFacts(
  config: Config,
  signal: AbortSignal,
  options: pulumi.InvokeOptions,
  infraId: Promise<string>,
  asked: Asked,
): Promise<CloudFacts> {
  const reader = new CloudReader(config.cloud, signal, options, asked);
  const discovered: Discovered = {
    infraId,
    tagged: infraId.then((id) => reader.taggedSubnets(id)),
    workerGroup: infraId.then((id) => reader.workerGroup(id)),
  };
  const notFound: Diagnostic[] = [];
  const unresolved: Diagnostic[] = [];
  const machines = orUnresolved(readMachines(reader, config.machineNetwork, discovered), unresolved);
  const shared = { machines, discovered, notFound, unresolved };
  const places = config.pools.map((pool) => ({ pool, path: poolPath(pool.name), ...shared }));
  const reading = allOrDiagnostics([
    machines,
    discovered.tagged,
    discovered.workerGroup,
    Promise.all(places.map((place) => readPool(reader, place))),
  ]);
  const [found, tagged, workerGroup, pools] = await orAll(reading, [unresolved, notFound]);
  const ports = pools.flatMap((pool) => [...pool.ports, ...pool.workerPorts.flat()]);
  const hasTrunks = !ports.some((port) => port?.subports) || (await asked.hasTrunks());
  return {
    network: found?.network,
    subnets: found?.subnets ?? [],
    areNamed: found?.areNamed ?? false,
    tagged,
    workerGroup,
    ...(!hasTrunks && { trunks: false as const }),
    pools,
    unresolved: inOrder(unresolved),
  };
}
