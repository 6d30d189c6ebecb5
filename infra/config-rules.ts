import { z } from "zod";
import { bare } from "./config-faults.ts";
import { poolSchema } from "./config-pool.ts";
import type { PoolConfig } from "./config-schema.ts";
import { formatDuration } from "./duration.ts";
import type { Fault } from "./fault.ts";

type Lenient<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Lenient<T[K]> } : T;

/** A pool of which only the parts that are right by themselves are there, so that every rule can still be judged. */
type PoolView = Lenient<PoolConfig>;

function lenient(schema: z.core.$ZodType, value: unknown): unknown {
  const at = bare(schema);
  if (!(at instanceof z.ZodObject) || (value !== undefined && (value === null || typeof value !== "object")))
    return z.safeParse(schema, value).data;
  const given = (value ?? {}) as Record<string, unknown>;
  const parts = Object.entries<z.core.$ZodType>(at.shape);
  return Object.fromEntries(parts.map(([key, part]) => [key, lenient(part, given[key])]));
}

const fault = (path: string, what: string, expected: string, fix: string): Fault => ({
  check: "config",
  path,
  what,
  expected,
  fix,
});

/** Each value that an earlier place already has, with both places. */
function repeated(places: readonly { path: string; value: string | undefined }[]): { path: string; first: string }[] {
  const seen = new Map<string, string>();
  return places.flatMap(({ path, value }) => {
    if (value === undefined) return [];
    const first = seen.get(value);
    if (first === undefined) seen.set(value, path);
    return first === undefined ? [] : [{ path, first }];
  });
}

function uniqueness(pools: readonly PoolView[]): Fault[] {
  const names = pools.map((pool, i) => ({ path: `pools[${i}].name`, value: pool.name }));
  const addresses = pools.flatMap((pool, i) =>
    (pool.fixedIps ?? []).map((value, j) => ({ path: `pools[${i}].fixedIps[${j}]`, value })),
  );
  return [
    ...repeated(names).map(({ path, first }) =>
      fault(path, `the same as ${first}`, "a name of its own for each pool", "rename one of the two"),
    ),
    ...repeated(addresses).map(({ path, first }) =>
      fault(path, `the same as ${first}`, "an address of its own for each worker", "change one of the two"),
    ),
  ];
}

function addressCount(path: string, { fixedIps, replicas }: PoolView): Fault[] {
  if (!fixedIps || replicas === undefined || fixedIps.length === replicas) return [];
  const found = `${fixedIps.length} addresses for ${replicas} replicas`;
  return [fault(`${path}.fixedIps`, found, "one address per replica", "make the two numbers equal")];
}

function urlLifetime(path: string, { ignition, timeouts }: PoolView): Fault[] {
  const lifetime = ignition?.urlLifetime;
  if (lifetime === undefined || timeouts?.provision === undefined || timeouts.boot === undefined) return [];
  const least = timeouts.provision + timeouts.boot;
  if (lifetime >= least) return [];
  return [
    fault(
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
    fault(
      `${path}.drain.timeout`,
      formatDuration(drain.timeout),
      forced
        ? `more than ${formatDuration(forcedDrain)} less than timeouts.delete, ${most}: onTimeout force takes them after the drain`
        : `less than timeouts.delete, ${most}: the drain is a part of it`,
      "lower it, or raise timeouts.delete",
    ),
  ];
}

/** The rules between fields, judged on whatever parts of the raw pools are right by themselves. */
export function ruleFaults(rawPools: unknown): Fault[] {
  if (!Array.isArray(rawPools)) return [];
  const views = rawPools.map((raw) => (lenient(poolSchema, raw) ?? {}) as PoolView);
  const each = views.flatMap((pool, i) => {
    const path = `pools[${i}]`;
    return [...addressCount(path, pool), ...urlLifetime(path, pool), ...drainBudget(path, pool)];
  });
  return [...uniqueness(views), ...each];
}
