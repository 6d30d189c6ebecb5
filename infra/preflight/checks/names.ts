import { clusterTag } from "../../../components/ports/names.ts";
import type { Config } from "../../config/load.ts";
import { type WantedWorker, workersOf } from "../../config/workers.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ExistingPort, ExistingServer, PreflightFacts } from "../../discovery/facts.ts";

/** Every worker that the config asks for, of all pools. */
export function wantedWorkers(
  config: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): WantedWorker[] {
  return config.pools.flatMap((pool) => workersOf(pool, cluster.infraId));
}

/** The servers of the stack itself, by their names. */
export function ownServers({ checks, owner }: PreflightFacts): ReadonlyMap<string, readonly ExistingServer[]> {
  const own = (checks.servers.value ?? []).filter((server) => server.owner === owner);
  return Map.groupBy(own, ({ name }) => name);
}

const diagnostic = (check: string, path: string, problem: string, expected: string, remedy: string): Diagnostic => ({
  check,
  path,
  problem,
  expected,
  remedy,
});

/** Nobody is known to have made it: it may have been imported into this stack, whose state is not to be seen here. */
const perhapsImported = "; fine if it is imported into this stack";

/** Whether the state knows the server is not to be seen here; that it has a Node shows that it does. */
function unfinished(worker: WantedWorker, { id }: ExistingServer, { cluster, owner }: PreflightFacts): Diagnostic[] {
  if (cluster.nodes.some(({ name }) => name === worker.name)) return [];
  const stack = owner.split("/").at(-1);
  const found = diagnostic(
    "server-name",
    worker.path,
    `this stack's server ${worker.name} (${id}) has no Node yet`,
    "a join that failed or was interrupted, with which `pulumi up` goes on",
    `after a \`pulumi up\` that was killed, take the server over before any other command: npm run adopt -- --stack ${stack}`,
  );
  return [{ ...found, warning: true }];
}

function servers(worker: WantedWorker, facts: PreflightFacts): Diagnostic[] {
  const { checks, owner } = facts;
  const named = (checks.servers.value ?? []).filter(({ name }) => name === worker.name);
  const own = named.filter((server) => server.owner === owner);
  const expected = "no other server of that name: the cloud controller finds a node's server by its name";
  const others = named
    .filter((server) => server.owner !== owner)
    .map(({ id, owner: whose }): Diagnostic => {
      const what = `there is a server ${worker.name} (${id})`;
      const fix = `give the worker another name, or, if it is nobody's: openstack server delete ${id}`;
      const found = whose === undefined ? `${what} that no stack made${perhapsImported}` : `${what} of ${whose}`;
      return {
        ...diagnostic("server-name", worker.path, found, expected, fix),
        ...(whose === undefined && { warning: true }),
      };
    });
  if (own.length < 2) return [...others, ...own.flatMap((server) => unfinished(worker, server, facts))];
  const ids = own.map(({ id }) => id).join(", ");
  return [
    ...others,
    diagnostic(
      "server-name",
      worker.path,
      `this stack has made ${own.length} servers ${worker.name}: ${ids}`,
      "one server: an interrupted run may have left the other",
      "openstack server delete of the one that `pulumi stack export` does not name",
    ),
  ];
}

const isPortOf = (worker: WantedWorker, { name }: ExistingPort): boolean => name.startsWith(`${worker.name}-port-`);

function ports(worker: WantedWorker, { checks, cluster }: PreflightFacts): Diagnostic[] {
  const tag = clusterTag(cluster.infraId);
  return (checks.ports.value ?? [])
    .filter((port) => isPortOf(worker, port) && !port.tags.includes(tag))
    .map(({ id, name }) => ({
      ...diagnostic(
        "port-name",
        worker.path,
        `there is a port ${name} (${id}) without the cluster's tag ${tag}${perhapsImported}`,
        "no port of somebody else under that name",
        `give the worker another name, or, if it is nobody's: openstack port delete ${id}`,
      ),
      warning: true,
    }));
}

/** An address that another port has already. */
function addresses(worker: WantedWorker, { checks }: PreflightFacts): Diagnostic[] {
  const first = { fixedIp: worker.fixedIp, path: worker.fixedIpPath };
  const extra = worker.networks.map(({ fixedIp }, i) => ({ fixedIp, path: `${worker.path}.networks[${i}].fixedIp` }));
  return [first, ...extra].flatMap(({ fixedIp, path }) => {
    const holder = (checks.ports.value ?? []).find(
      (port) => !isPortOf(worker, port) && port.addresses.some(({ ip }) => ip === fixedIp),
    );
    if (!holder) return [];
    const { name, id } = holder;
    const held = `${fixedIp} is the address of port ${name === "" ? id : `${name} (${id})`}`;
    return diagnostic("fixed-ips", path, held, "a free address", "choose another address, or delete that port");
  });
}

function nodes(worker: WantedWorker, facts: PreflightFacts): Diagnostic[] {
  const node = facts.cluster.nodes.find(({ name }) => name === worker.name);
  if (!node || node.owner === facts.owner) return [];
  // of a join that failed early: the annotation comes with the registration
  if (node.owner === undefined && ownServers(facts).has(worker.name)) return [];
  const what = `there is a Node ${worker.name}`;
  const found =
    node.owner === undefined ? `${what} that no stack attached${perhapsImported}` : `${what} of ${node.owner}`;
  return [
    {
      ...diagnostic(
        "node-owner",
        worker.path,
        found,
        "no Node of somebody else under that name",
        `give the worker another name, or, if its machine is gone: oc delete node ${worker.name}`,
      ),
      ...(node.owner === undefined && { warning: true }),
    },
  ];
}

function machines(worker: WantedWorker, { checks }: PreflightFacts): Diagnostic[] {
  if (!(checks.machines.value ?? []).includes(worker.name)) return [];
  return [
    diagnostic(
      "machine-name",
      worker.path,
      `the Machine API has a Machine ${worker.name}`,
      "one owner of a worker: the Machine API would delete or replace it",
      `give the worker another name, or remove the Machine: oc -n openshift-machine-api delete machine ${worker.name}`,
    ),
  ];
}

/** Whether something of somebody else has a name or an address that a worker is to get. */
export function nameDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  return wantedWorkers(config, facts).flatMap((worker) => [
    ...servers(worker, facts),
    ...ports(worker, facts),
    ...addresses(worker, facts),
    ...nodes(worker, facts),
    ...machines(worker, facts),
  ]);
}
