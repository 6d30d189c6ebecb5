import { canonicalIp } from "../../../components/lib/ip.ts";
import { clusterTag, portInfix } from "../../../components/ports/names.ts";
import { asList } from "../../config/fields.ts";
import type { Config } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type {
  ChangeFacts,
  ExistingPort,
  ExistingServer,
  NodeFacts,
  PreflightFacts,
  StateFacts,
} from "../../discovery/facts.ts";

/** Every worker of all pools in the config. */
export function wantedWorkers(
  config: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): WantedWorker[] {
  return config.pools.flatMap((pool) => workersOf(pool, cluster.infraId));
}

/** Whether an object of that owner is the stack's own: it may carry a name that the stack had before. */
export const isOwner = (
  { owner, formerOwners }: Pick<ChangeFacts, "owner" | "formerOwners">,
  of: string | undefined,
): boolean => of !== undefined && (of === owner || formerOwners.includes(of));

/** The stack's own servers, by name. */
export function ownServers(facts: ChangeFacts): ReadonlyMap<string, readonly ExistingServer[]> {
  const own = (facts.checks.servers.value ?? []).filter((server) => isOwner(facts, server.owner));
  return Map.groupBy(own, ({ name }) => name);
}

/** What exists, by what a worker would have: searched for each worker, thousands of them would take seconds. */
interface Existing {
  readonly owner: string;
  readonly formerOwners: readonly string[];
  /** the cluster's, on each of its ports */
  readonly tag: string;
  readonly servers: ReadonlyMap<string, readonly ExistingServer[]>;
  /** by the worker that a port is named after */
  readonly portsOf: ReadonlyMap<string, readonly ExistingPort[]>;
  /** ports by their addresses */
  readonly holders: ReadonlyMap<string, readonly ExistingPort[]>;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  /** the servers in the stack's state, by name; undefined: not read */
  readonly state: StateFacts["servers"] | undefined;
  readonly machines: ReadonlySet<string>;
}

/** The workers that a port may be named after, as `a` and `a-port-b` of `a-port-b-port-0`. */
export function workersOfPort({ name }: Pick<ExistingPort, "name">): string[] {
  const parts = name.split(portInfix);
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(portInfix));
}

function groupByEach<K, T>(items: readonly T[], keysOf: (item: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

/** Networks of subports alone: their addresses may be those of the machine networks, in another VLAN. */
function vlansAlone({ network, pools }: PreflightFacts["cloud"]): ReadonlySet<string> {
  const ports = pools.flatMap((pool) => [...pool.ports, ...pool.workerPorts.flat()]).flatMap((port) => port ?? []);
  const own = new Set([network?.id, ...ports.map((port) => port.network.id)]);
  const vlans = ports.flatMap(({ subports = [] }) => subports.map((each) => each.network.id));
  return new Set(vlans.filter((id) => !own.has(id)));
}

function existingOf({ checks, cluster, cloud, owner, formerOwners, state }: PreflightFacts): Existing {
  const allPorts = checks.ports.value ?? [];
  const others = vlansAlone(cloud);
  return {
    owner,
    formerOwners,
    tag: clusterTag(cluster.infraId),
    servers: Map.groupBy(checks.servers.value ?? [], ({ name }) => name),
    portsOf: groupByEach(allPorts, workersOfPort),
    holders: groupByEach(
      allPorts.filter(({ networkId }) => !others.has(networkId)),
      (port) => port.addresses.map(({ ip }) => canonicalIp(ip)),
    ),
    nodes: new Map(cluster.nodes.map((node) => [node.name, node])),
    state: state?.value?.servers,
    machines: new Set((checks.machines.value ?? []).map(({ name }) => name)),
  };
}

const serverName = diagnosticOf("server-name");
const portName = diagnosticOf("port-name");
const fixedIps = diagnosticOf("fixed-ips");
const nodeOwner = diagnosticOf("node-owner");
const machineName = diagnosticOf("machine-name");

/** For objects without an owner: the state may have them by `pulumi import`. */
const unlessImported = "; fine if it is imported into this stack";

const serverProblem = (worker: WantedWorker, { id, owner }: ExistingServer): string => {
  const problem = `server ${worker.name} (${id}) already exists`;
  return owner === undefined
    ? `${problem}, not created by a stack${unlessImported}`
    : `${problem} and belongs to stack ${owner}`;
};

/**
 * What the state does not have is taken over or, as what is being deleted, refused with its own reason (checks/take-over.ts),
 * and so is what has failed (checks/servers.ts).
 */
function unfinished(
  worker: WantedWorker,
  { id, progress, failure }: ExistingServer,
  { nodes, state }: Existing,
): Diagnostic[] {
  if (progress === "leaving" || failure !== undefined) return [];
  if (nodes.has(worker.name) || (state && state[worker.name] === undefined)) return [];
  return [
    serverName({
      path: worker.path,
      problem: `this stack's server ${worker.name} (${id}) has no Node yet`,
      expected: "a join that failed or was interrupted: `pulumi up` continues it",
      remedy: "run `pulumi up`",
      warning: true,
    }),
  ];
}

/** If the stack was renamed or moved, the objects of the former name are its own. */
const unlessRenamed = (owner: string): string =>
  `if this stack was called ${owner} before, add it to formerOwners: [${owner}]; otherwise `;

/** A server with a Node in this cluster may be live: nothing may advise to delete it. */
function serverRemedy(worker: WantedWorker, { id, owner }: ExistingServer, { nodes }: Existing): string {
  const renamed = owner === undefined ? "" : unlessRenamed(owner);
  const adopted =
    owner === undefined ? "if it was attached by hand, list its Node in adopt of the pool; otherwise " : "";
  const other = `${renamed}${adopted}give the worker another name`;
  if (nodes.has(worker.name)) return `${other}: Node ${worker.name} runs on a server of that name`;
  return `${other} or, if the server is unused: openstack server delete ${id}`;
}

/** The one of several that stays: that of the Node, else that of the state. */
function keptOf(
  worker: WantedWorker,
  own: readonly ExistingServer[],
  { nodes, state }: Existing,
): ExistingServer | undefined {
  const node = nodes.get(worker.name);
  if (node) return own.find(({ id }) => id === node.serverId);
  const known = state?.[worker.name]?.id;
  if (known !== undefined) return own.find(({ id }) => id === known);
  return state && (own.find(({ failure, progress }) => failure === undefined && progress !== "leaving") ?? own[0]);
}

function severalOwn(worker: WantedWorker, own: readonly ExistingServer[], existing: Existing): Diagnostic {
  const hasNode = existing.nodes.has(worker.name);
  const kept = keptOf(worker, own, existing);
  const others = own.filter((server) => server !== kept).map(({ id }) => id);
  const why = hasNode ? `Node ${worker.name} runs on it` : "`pulumi up` goes on with it";
  const remedy = kept
    ? `keep ${kept.id}: ${why}. Delete the rest: openstack server delete ${others.join(" ")}`
    : hasNode
      ? `delete the other one, never the server that Node ${worker.name} runs on, whose id is at the end of its ` +
        `providerID: oc get node ${worker.name} -o jsonpath={.spec.providerID}`
      : "delete the one whose id `pulumi stack export` does not show: openstack server delete <id>";
  return serverName({
    path: worker.path,
    problem: `this stack created ${own.length} servers ${worker.name}: ${own.map(({ id }) => id).join(", ")}`,
    expected: "one server: an interrupted run may have left the other",
    remedy,
  });
}

function servers(worker: WantedWorker, existing: Existing): Diagnostic[] {
  const named = existing.servers.get(worker.name) ?? [];
  const own = named.filter((server) => isOwner(existing, server.owner));
  const others = named
    .filter((server) => !isOwner(existing, server.owner))
    .map((server) =>
      serverName({
        path: worker.path,
        problem: serverProblem(worker, server),
        expected: "no other server of that name: the cloud controller finds the server of a Node by its name",
        remedy: serverRemedy(worker, server, existing),
        ...(server.owner === undefined && { warning: true }),
      }),
    );
  if (own.length < 2) return [...others, ...own.flatMap((server) => unfinished(worker, server, existing))];
  return [...others, severalOwn(worker, own, existing)];
}

function ports(worker: WantedWorker, { portsOf, tag }: Existing): Diagnostic[] {
  return (portsOf.get(worker.name) ?? [])
    .filter((port) => !port.tags.includes(tag))
    .map(({ id, name }) =>
      portName({
        path: worker.path,
        problem: `port ${name} (${id}) already exists, without the cluster's tag ${tag}${unlessImported}`,
        expected: "no port of another owner under that name",
        remedy: `give the worker another name or, if the port is unused: openstack port delete ${id}`,
        warning: true,
      }),
    );
}

/** Fixed addresses that another port already has. */
function addresses(worker: WantedWorker, { holders }: Existing): Diagnostic[] {
  const first = worker.fixedIps.map((fixedIp) => ({ fixedIp, path: worker.fixedIpPath }));
  const extra = worker.networks.flatMap((port, i) =>
    asList(port.fixedIp).map((fixedIp) => ({ fixedIp, path: `${worker.path}.networks[${i}].fixedIp` })),
  );
  return [...first, ...extra].flatMap(({ fixedIp, path }) => {
    const holder = (holders.get(canonicalIp(fixedIp)) ?? []).find((port) => !workersOfPort(port).includes(worker.name));
    if (!holder) return [];
    const { name, id } = holder;
    return fixedIps({
      path,
      problem: `${fixedIp} is the address of port ${name === "" ? id : `${name} (${id})`}`,
      expected: "a free address",
      remedy: "choose another address, or delete that port",
    });
  });
}

function nodes(worker: WantedWorker, existing: Existing): Diagnostic[] {
  const node = existing.nodes.get(worker.name);
  if (!node || isOwner(existing, node.owner)) return [];
  const own = (existing.servers.get(worker.name) ?? []).filter(({ owner }) => isOwner(existing, owner));
  // whatever a kubelet has written on it
  if (own.some(({ id }) => id === node.serverId)) return [];
  // a join that failed early: the annotation is written with the registration
  if (node.owner === undefined && own.length > 0) return [];
  const problem = `Node ${worker.name} already exists`;
  return [
    nodeOwner({
      path: worker.path,
      problem:
        node.owner === undefined
          ? `${problem}, not attached by a stack${unlessImported}`
          : `${problem} and belongs to stack ${node.owner}`,
      expected: "no Node of another owner under that name",
      remedy:
        `${node.owner === undefined ? "" : unlessRenamed(node.owner)}give the worker another name or, if its machine is ` +
        `gone: oc delete node ${worker.name}`,
      ...(node.owner === undefined && { warning: true }),
    }),
  ];
}

function machines(worker: WantedWorker, existing: Existing): Diagnostic[] {
  if (!existing.machines.has(worker.name)) return [];
  return [
    machineName({
      path: worker.path,
      problem: `the Machine API has a Machine ${worker.name}`,
      expected: "one owner per worker: the Machine API would delete or replace it",
      remedy: `give the worker another name, or remove the Machine: oc -n openshift-machine-api delete machine ${worker.name}`,
    }),
  ];
}

/** Whether an object of another owner has the name or an address of a worker. */
export function nameDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const existing = existingOf(facts);
  const listed = new Set(config.pools.flatMap(({ adopt }) => adopt));
  return wantedWorkers(config, facts).flatMap((worker) => {
    const found = [
      ...servers(worker, existing),
      ...ports(worker, existing),
      ...addresses(worker, existing),
      ...nodes(worker, existing),
      ...machines(worker, existing),
    ];
    // a warning is about what names no owner: checks/adopt.ts says what becomes of that
    const isAdopted =
      listed.has(worker.name) && !existing.servers.get(worker.name)?.some(({ owner }) => isOwner(facts, owner));
    return isAdopted ? found.filter(({ warning }) => warning !== true) : found;
  });
}
