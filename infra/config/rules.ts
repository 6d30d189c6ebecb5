import { labelFaults, taintFaults } from "../../components/kubernetes/labels.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { type Fault, faultOfConfig } from "../diagnostics/diagnostic.ts";
import { renderPath } from "./issues.ts";
import { type PoolView, viewOf } from "./partial-pool.ts";

interface Place {
  readonly path: string;
  readonly value: string | undefined;
}

/** Each value that an earlier place already has, with both places. */
function repeated(places: readonly Place[]): { path: string; first: string }[] {
  const seen = new Map<string, string>();
  return places.flatMap(({ path, value }) => {
    if (value === undefined) return [];
    const first = seen.get(value);
    if (first === undefined) seen.set(value, path);
    return first === undefined ? [] : [{ path, first }];
  });
}

/** Every fixed address that a pool asks for. */
function addresses(pool: PoolView, path: string): Place[] {
  const ofReplicas = (pool.fixedIps ?? []).map((value, j) => ({ path: `${path}.fixedIps[${j}]`, value }));
  const ofWorkers = (pool.workers ?? []).flatMap((worker, j) => {
    const at = `${path}.workers[${j}]`;
    const ofPorts = (worker?.networks ?? []).map((port, k) => ({
      path: `${at}.networks[${k}].fixedIp`,
      value: port?.fixedIp,
    }));
    return [{ path: `${at}.fixedIp`, value: worker?.fixedIp }, ...ofPorts];
  });
  return [...ofReplicas, ...ofWorkers];
}

/** The names of a pool's workers without the cluster's part: of two pools, a-1 with 0 and a with 1-0 would be the same. */
function workerNames(pool: PoolView, path: string): Place[] {
  const { name } = pool;
  if (name === undefined) return [];
  const named = (pool.workers ?? []).map((worker, j) => ({
    path: `${path}.workers[${j}].name`,
    value: worker?.name === undefined ? undefined : `${name}-${worker.name}`,
  }));
  const numbered = Array.from({ length: pool.replicas ?? 0 }, (_, j) => ({
    path: `${path}.name`,
    value: `${name}-${j}`,
  }));
  return pool.workers ? named : numbered;
}

function uniqueness(pools: readonly PoolView[]): Fault[] {
  const at = <T>(places: (pool: PoolView, path: string) => T[]): T[] =>
    pools.flatMap((pool, i) => places(pool, `pools[${i}]`));
  const names = repeated(at((pool, path) => [{ path: `${path}.name`, value: pool.name }]));
  const clashes = repeated(at(workerNames)).filter(
    ({ path }, i, all) =>
      !names.some((each) => path === each.path) && all.findIndex((each) => each.path === path) === i,
  );
  return [
    ...names.map(({ path, first }) =>
      faultOfConfig(path, `the same as ${first}`, "a name of its own for each pool", "rename one of the two"),
    ),
    ...clashes.map(({ path, first }) =>
      faultOfConfig(
        path,
        `gives a worker the name that ${first} gives one`,
        "a name of its own for each worker",
        "rename one",
      ),
    ),
    ...repeated(at(addresses)).map(({ path, first }) =>
      faultOfConfig(path, `the same as ${first}`, "an address of its own for each port", "change one of the two"),
    ),
  ];
}

type Raw = Readonly<Record<string, unknown>>;

/** A pool has either a number of workers or a list of them. */
function workers(path: string, { fixedIps, replicas }: PoolView, raw: Raw): Fault[] {
  const both = raw["workers"] !== undefined && raw["replicas"] !== undefined;
  const expected = "either replicas, a number, or workers, a list of named ones";
  if (both) return [faultOfConfig(`${path}.workers`, "stands beside replicas", expected, "remove one of the two")];
  if (raw["workers"] === undefined && raw["replicas"] === undefined)
    return [faultOfConfig(`${path}.replicas`, "missing", expected, "add it, for example 3")];
  if (raw["workers"] !== undefined && raw["fixedIps"] !== undefined)
    return [
      faultOfConfig(
        `${path}.fixedIps`,
        "stands beside workers",
        "the address of a named worker beside its name",
        "move it",
      ),
    ];
  if (!fixedIps || replicas === undefined || fixedIps.length === replicas) return [];
  const found = `${fixedIps.length} addresses for ${replicas} replicas`;
  return [faultOfConfig(`${path}.fixedIps`, found, "one address per replica", "make the two numbers equal")];
}

function flavor(path: string, raw: Raw): Fault[] {
  if (raw["flavor"] !== undefined) return [];
  const expected = "the name of a Nova flavor of a bare-metal class, here or in the pool's class";
  return [faultOfConfig(`${path}.flavor`, "missing", expected, 'add it, for example "baremetal"')];
}

function ports(path: string, pool: PoolView): Fault[] {
  const own = (pool.networks ?? []).map((port, i) => ({ port, at: `${path}.networks[${i}]` }));
  const extra = (pool.workers ?? []).flatMap((worker, i) =>
    (worker?.networks ?? []).map((port, j) => ({ port, at: `${path}.workers[${i}].networks[${j}]` })),
  );
  return [...own, ...extra].flatMap(({ port, at }) => {
    if (!port || (port.network === undefined) === (port.subnet === undefined)) return [];
    const missing = port.network === undefined ? "network" : "subnet";
    const expected = "network and subnet, both of them or, for the machine network, neither";
    return [faultOfConfig(`${at}.${missing}`, "missing", expected, "add it, or remove the other")];
  });
}

function urlLifetime(path: string, { ignition, timeouts }: PoolView): Fault[] {
  const lifetime = ignition?.urlLifetime;
  if (lifetime === undefined || timeouts?.provision === undefined || timeouts.boot === undefined) return [];
  const least = timeouts.provision + timeouts.boot;
  if (lifetime >= least) return [];
  return [
    faultOfConfig(
      `${path}.ignition.urlLifetime`,
      formatDuration(lifetime),
      `at least timeouts.provision + timeouts.boot, ${formatDuration(least)}: a machine may fetch that late`,
      `set it to ${formatDuration(least)} or more, or lower those timeouts`,
    ),
  ];
}

/** Seconds that `onTimeout: force` adds to a drain: the pods that are left are deleted and waited for. */
const forcedDrain = 120;

function drainBudget(path: string, { drain, timeouts }: PoolView): Fault[] {
  if (drain?.timeout === undefined || timeouts?.delete === undefined) return [];
  const forced = drain.onTimeout === "force";
  if (drain.timeout + (forced ? forcedDrain : 0) < timeouts.delete) return [];
  const most = formatDuration(timeouts.delete);
  return [
    faultOfConfig(
      `${path}.drain.timeout`,
      formatDuration(drain.timeout),
      forced
        ? `more than ${formatDuration(forcedDrain)} less than timeouts.delete, ${most}: onTimeout force takes them after the drain`
        : `less than timeouts.delete, ${most}: the drain is a part of it`,
      "lower it, or raise timeouts.delete",
    ),
  ];
}

function labels(path: string, wanted: Readonly<Record<string, string | undefined>> | undefined): Fault[] {
  const given = Object.entries(wanted ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return labelFaults(Object.fromEntries(given) as Record<string, string>).map(({ key, reason }) =>
    faultOfConfig(
      `${path}${renderPath(["labels", key]).slice("labels".length)}`,
      reason,
      "a label that a worker may have",
      "correct or remove it",
    ),
  );
}

function marks(path: string, pool: PoolView): Fault[] {
  const given = (pool.taints ?? []).flatMap((taint, i) =>
    taint?.key !== undefined && taint.effect !== undefined
      ? [{ i, taint: { key: taint.key, value: taint.value, effect: taint.effect } }]
      : [],
  );
  const taints = taintFaults(given.map(({ taint }) => taint)).map(({ index, reason }) =>
    faultOfConfig(
      `${path}.taints[${given[index]?.i ?? index}]`,
      reason,
      "a taint that a worker may have",
      "correct or remove it",
    ),
  );
  const ofWorkers = (pool.workers ?? []).flatMap((worker, i) => labels(`${path}.workers[${i}].labels`, worker?.labels));
  return [...labels(`${path}.labels`, pool.labels), ...ofWorkers, ...taints];
}

/** The rules between fields, judged on whatever parts of the raw pools are right by themselves. */
export function ruleFaults(rawPools: unknown): Fault[] {
  if (!Array.isArray(rawPools)) return [];
  const views = rawPools.map(viewOf);
  const each = views.flatMap((pool, i) => {
    const path = `pools[${i}]`;
    const raw: unknown = rawPools[i];
    const given = raw !== null && typeof raw === "object" && !Array.isArray(raw) ? (raw as Raw) : undefined;
    return [
      ...(given ? [...workers(path, pool, given), ...flavor(path, given)] : []),
      ...ports(path, pool),
      ...urlLifetime(path, pool),
      ...drainBudget(path, pool),
      ...marks(path, pool),
    ];
  });
  return [...uniqueness(views), ...each];
}

/** The cluster is told by one kubeconfig. */
export function kubeconfigFaults({ kubeconfig, cluster }: Raw): Fault[] {
  const path = (cluster as { kubeconfig?: unknown } | null | undefined)?.kubeconfig;
  if (kubeconfig === undefined || path === undefined) return [];
  return [
    faultOfConfig(
      "cluster.kubeconfig",
      "stands beside the secret kubeconfig",
      "one of the two",
      "remove one of the two",
    ),
  ];
}
