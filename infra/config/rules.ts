import { labelErrors, taintErrors } from "../../components/kubernetes/labels.ts";
import { canonicalIp } from "../../components/lib/ip.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { isObject } from "../../components/lib/objects.ts";
import { forcedDrain } from "../../components/lifecycle/defaults.ts";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { allowanceDiagnostics } from "./host-bound.ts";
import { proxySpecDiagnostics } from "./ignition-proxy.ts";
import { fixedIpDiagnostics, removedDiagnostics, workerNumbers } from "./numbers.ts";
import { type PartialPool, partialPool } from "./partial-pool.ts";
import { entryKey, poolPath, renderPath, workerPath } from "./paths.ts";
import { surgeDiagnostics, surgeNames } from "./surge.ts";
import { trunkDiagnostics } from "./trunk.ts";
import { ownLifetimeDiagnostics } from "./url-lifetime.ts";

interface Place {
  readonly path: string;
  readonly value: string | undefined;
}

/** Each value that occurs more than once: the paths of the repetition and of the first occurrence. */
function repeated(places: readonly Place[]): { path: string; first: string }[] {
  const seen = new Map<string, string>();
  return places.flatMap(({ path, value }) => {
    if (value === undefined) return [];
    const first = seen.get(value);
    if (first === undefined) seen.set(value, path);
    return first === undefined ? [] : [{ path, first }];
  });
}

const workerAt = ({ workers }: PartialPool, path: string, index: number): string =>
  workerPath(path, entryKey("workers", workers, index));

/** The addresses of a port, in one spelling; those of a list have its indices. */
const addressesAt = (path: string, value: string | readonly (string | undefined)[] | undefined): Place[] =>
  typeof value === "string"
    ? [{ path, value: canonicalIp(value) }]
    : (value ?? []).map((each, i) => ({ path: `${path}[${i}]`, value: each && canonicalIp(each) }));

/** Every fixed address of a pool. */
function addresses(pool: PartialPool, path: string): Place[] {
  const ofReplicas = (pool.fixedIps ?? []).flatMap((value, j) => addressesAt(`${path}.fixedIps[${j}]`, value));
  const ofWorkers = (pool.workers ?? []).flatMap((worker, j) => {
    const at = workerAt(pool, path, j);
    const ofPorts = (worker?.networks ?? []).flatMap((port, k) =>
      addressesAt(`${at}.networks[${k}].fixedIp`, port?.fixedIp),
    );
    return [...addressesAt(`${at}.fixedIp`, worker?.fixedIp), ...ofPorts];
  });
  return [...ofReplicas, ...ofWorkers];
}

/** The names of a pool's workers without the infraID: pool a-1 with worker 0 and pool a with worker 1-0 would collide. */
function workerNames(pool: PartialPool, path: string): Place[] {
  const { name } = pool;
  if (name === undefined) return [];
  const named = (pool.workers ?? []).map((worker, j) => ({
    path: `${workerAt(pool, path, j)}.name`,
    value: worker?.name === undefined ? undefined : `${name}-${worker.name}`,
  }));
  const numbered = workerNumbers(pool).map((number) => ({ path: `${path}.name`, value: `${name}-${number}` }));
  return pool.workers ? named : [...numbered, ...surgeNames(pool, path)];
}

function uniqueness(pools: readonly PartialPool[]): Diagnostic[] {
  const at = <T>(places: (pool: PartialPool, path: string) => T[]): T[] =>
    pools.flatMap((pool, i) => places(pool, poolPath(entryKey("pools", pools, i))));
  const names = repeated(at((pool, path) => [{ path: `${path}.name`, value: pool.name }]));
  const clashes = repeated(at(workerNames)).filter(
    ({ path }, i, all) =>
      !names.some((each) => path === each.path) && all.findIndex((each) => each.path === path) === i,
  );
  return [
    ...names.map(({ path, first }) =>
      configDiagnostic({
        path,
        problem: `the same as ${first}`,
        expected: "a unique name for each pool",
        remedy: "rename one of the two",
      }),
    ),
    ...clashes.map(({ path, first }) =>
      configDiagnostic({
        path,
        problem: `gives a worker the same name as ${first}`,
        expected: "a unique name for each worker",
        remedy: "rename one of the two",
      }),
    ),
    ...repeated(at(addresses)).map(({ path, first }) =>
      configDiagnostic({
        path,
        problem: `the same as ${first}`,
        expected: "a unique address for each port",
        remedy: "change one of the two",
      }),
    ),
  ];
}

type Raw = Readonly<Record<string, unknown>>;

/** A pool has either a number of workers or a list of them. */
function workers(path: string, pool: PartialPool, raw: Raw): Diagnostic[] {
  const both = raw["workers"] !== undefined && raw["replicas"] !== undefined;
  const expected = "either replicas (a number) or workers (a list of named workers)";
  if (both)
    return [
      configDiagnostic({
        path: `${path}.workers`,
        problem: "set together with replicas",
        expected,
        remedy: "remove one of the two",
      }),
    ];
  if (raw["workers"] === undefined && raw["replicas"] === undefined)
    return [
      configDiagnostic({ path: `${path}.replicas`, problem: "missing", expected, remedy: "add it, for example 3" }),
    ];
  if (raw["workers"] !== undefined && raw["fixedIps"] !== undefined)
    return [
      configDiagnostic({
        path: `${path}.fixedIps`,
        problem: "set together with workers",
        expected: "fixedIps only with replicas; a named worker has its own fixedIp",
        remedy: "move each address to workers[].fixedIp",
      }),
    ];
  return fixedIpDiagnostics(path, pool);
}

function flavor(path: string, raw: Raw): Diagnostic[] {
  if (raw["flavor"] !== undefined) return [];
  const expected = "the name of a Nova flavor of a bare-metal class, here or in the pool's class";
  return [
    configDiagnostic({
      path: `${path}.flavor`,
      problem: "missing",
      expected,
      remedy: 'add it, for example "baremetal"',
    }),
  ];
}

interface PlacedPort {
  readonly port: NonNullable<PartialPool["networks"]>[number];
  readonly at: string;
}

/** The ports of a pool and of its workers, each with its path. */
function portsOf(path: string, pool: PartialPool): PlacedPort[] {
  const own = (pool.networks ?? []).map((port, i) => ({ port, at: `${path}.networks[${i}]` }));
  const extra = (pool.workers ?? []).flatMap((worker, i) =>
    (worker?.networks ?? []).map((port, j) => ({ port, at: `${workerAt(pool, path, i)}.networks[${j}]` })),
  );
  return [...own, ...extra];
}

function ports(path: string, pool: PartialPool): Diagnostic[] {
  return portsOf(path, pool).flatMap(({ port, at }) => {
    if (!port || (port.network === undefined) === (port.subnet === undefined)) return [];
    const missing = port.network === undefined ? "network" : "subnet";
    const expected = "both network and subnet, or neither for the machine network";
    return [
      configDiagnostic({
        path: `${at}.${missing}`,
        problem: "missing",
        expected,
        remedy: "add it, or remove the other",
      }),
    ];
  });
}

/** Neutron refuses a port without port security that has groups or address pairs. */
function unsecuredPorts(path: string, pool: PartialPool): Diagnostic[] {
  return portsOf(path, pool).flatMap(({ port, at }) => {
    if (port?.portSecurity !== false) return [];
    const excluded = [
      ...((port.securityGroups ?? []).length > 0 ? ["securityGroups"] : []),
      ...((port.allowedAddresses ?? []).length > 0 ? ["allowedAddresses"] : []),
    ];
    return excluded.map((key) =>
      configDiagnostic({
        path: `${at}.${key}`,
        problem: `set together with ${at}.portSecurity: false`,
        expected: "no security groups and no allowed addresses on a port without port security: it filters nothing",
        remedy: `remove ${key}, or portSecurity`,
      }),
    );
  });
}

const trunks = (path: string, pool: PartialPool): Diagnostic[] =>
  portsOf(path, pool).flatMap(({ port, at }) => (port?.trunk ? trunkDiagnostics(`${at}.trunk`, port.trunk) : []));

function drainBudget(path: string, { drain, timeouts }: PartialPool): Diagnostic[] {
  if (drain?.timeout === undefined || timeouts?.delete === undefined) return [];
  const forced = drain.onTimeout === "force";
  if (drain.timeout + (forced ? forcedDrain : 0) < timeouts.delete) return [];
  const most = formatDuration(timeouts.delete);
  return [
    configDiagnostic({
      path: `${path}.drain.timeout`,
      problem: formatDuration(drain.timeout),
      expected: forced
        ? `less than timeouts.delete (${most}) minus ${formatDuration(forcedDrain)}, which onTimeout: force needs after the drain`
        : `less than timeouts.delete (${most}), which includes the drain`,
      remedy: "lower it, or raise timeouts.delete",
    }),
  ];
}

function labels(path: string, wanted: Readonly<Record<string, string | undefined>> | undefined): Diagnostic[] {
  const given = Object.entries(wanted ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return labelErrors(Object.fromEntries(given) as Record<string, string>).map(({ key, reason, remedy }) =>
    configDiagnostic({
      path: `${path}${renderPath(["labels", key]).slice("labels".length)}`,
      problem: reason,
      expected: "a label that a worker may have",
      remedy: remedy ?? "correct or remove it",
    }),
  );
}

function nodeMetadata(path: string, pool: PartialPool): Diagnostic[] {
  const given = (pool.taints ?? []).flatMap((taint, i) =>
    taint?.key !== undefined && taint.effect !== undefined
      ? [{ i, taint: { key: taint.key, value: taint.value, effect: taint.effect } }]
      : [],
  );
  const taints = taintErrors(given.map(({ taint }) => taint)).map(({ index, reason }) =>
    configDiagnostic({
      path: `${path}.taints[${given[index]?.i ?? index}]`,
      problem: reason,
      expected: "a taint that a worker may have",
      remedy: "correct or remove it",
    }),
  );
  const ofWorkers = (pool.workers ?? []).flatMap((worker, i) =>
    labels(`${workerAt(pool, path, i)}.labels`, worker?.labels),
  );
  return [...labels(`${path}.labels`, pool.labels), ...ofWorkers, ...taints];
}

/** The rules between keys, checked on all valid parts of the raw pools. */
export function ruleDiagnostics(rawPools: unknown, hasInventory: boolean): Diagnostic[] {
  if (!Array.isArray(rawPools)) return [];
  const views = rawPools.map(partialPool);
  const each = views.flatMap((pool, i) => {
    const path = poolPath(entryKey("pools", views, i));
    const raw: unknown = rawPools[i];
    const given = isObject(raw) ? raw : undefined;
    return [
      ...(given ? [...workers(path, pool, given), ...flavor(path, given)] : []),
      ...removedDiagnostics(path, pool, given?.["workers"] !== undefined),
      ...surgeDiagnostics(path, pool, given ?? {}),
      ...ports(path, pool),
      ...unsecuredPorts(path, pool),
      ...trunks(path, pool),
      ...ownLifetimeDiagnostics(path, pool, hasInventory),
      ...allowanceDiagnostics(path, pool),
      ...proxySpecDiagnostics(path, pool),
      ...drainBudget(path, pool),
      ...nodeMetadata(path, pool),
    ];
  });
  return [...uniqueness(views), ...each];
}

/** The account's key comes from the config or from the program. */
export function accountKeyDiagnostics({ temporaryUrlKey, manageAccountKey }: Raw): Diagnostic[] {
  if (temporaryUrlKey === undefined || manageAccountKey !== true) return [];
  return [
    configDiagnostic({
      path: "manageAccountKey",
      problem: "set together with the secret temporaryUrlKey",
      expected: "one of the two",
      remedy: "remove one of the two",
    }),
  ];
}

/** Only one of the two kubeconfigs may be set. */
export function kubeconfigDiagnostics({ kubeconfig, cluster }: Raw): Diagnostic[] {
  const path = (cluster as { kubeconfig?: unknown } | null | undefined)?.kubeconfig;
  if (kubeconfig === undefined || path === undefined) return [];
  return [
    configDiagnostic({
      path: "cluster.kubeconfig",
      problem: "set together with the secret kubeconfig",
      expected: "one of the two",
      remedy: "remove one of the two",
    }),
  ];
}
