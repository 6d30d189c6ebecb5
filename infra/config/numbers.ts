import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PartialPool } from "./partial-pool.ts";

/**
 * The numbers of the workers of a pool with `replicas`. `replicas` is how many there are; the numbers that `remove` names are
 * left out, and all others keep theirs. Pure.
 */

/** A pool with `replicas`, as far as it is valid. */
type NumberedPool = Pick<PartialPool, "name" | "replicas" | "remove" | "fixedIps">;

const listed = ({ remove = [] }: NumberedPool): readonly (string | undefined)[] => remove;

/** The number that ends the name of a Node of the pool, `<infraID>-<pool>-<number>`; undefined: it is no such name. */
export function numberOf(pool: string, node: string): number | undefined {
  const middle = `-${pool}-`;
  const start = node.lastIndexOf(middle);
  const number = node.slice(start + middle.length);
  return start > 0 && /^(0|[1-9]\d*)$/.test(number) ? Number(number) : undefined;
}

/** The least number that no worker of the pool has, or has had before it was removed. */
export const firstFreeNumber = (pool: NumberedPool): number => (pool.replicas ?? 0) + listed(pool).length;

/** The numbers of a pool's workers, ascending. */
export function workerNumbers(pool: NumberedPool): number[] {
  const { name, replicas = 0 } = pool;
  const removed = new Set(
    listed(pool).map((node) => (name === undefined || node === undefined ? undefined : numberOf(name, node))),
  );
  return Array.from({ length: firstFreeNumber(pool) }, (_, i) => i)
    .filter((number) => !removed.has(number))
    .slice(0, replicas);
}

/** A name that removes nobody would let another worker go than the one that was meant. */
export function removedDiagnostics(path: string, pool: NumberedPool, isNamed: boolean): Diagnostic[] {
  const { name } = pool;
  const nodes = listed(pool);
  if (nodes.length === 0 || name === undefined) return [];
  if (isNamed)
    return [
      configDiagnostic({
        path: `${path}.remove`,
        problem: "set together with workers",
        expected: "remove only with replicas",
        remedy: "delete it, and the worker from the list workers",
      }),
    ];
  const range = `<infraID>-${name}-0 to <infraID>-${name}-${firstFreeNumber(pool) - 1}`;
  return nodes.flatMap((node, i) => {
    if (node === undefined) return [];
    const number = numberOf(name, node);
    const isRepeated = nodes.indexOf(node) < i;
    if (number !== undefined && number < firstFreeNumber(pool) && !isRepeated) return [];
    return [
      configDiagnostic({
        path: `${path}.remove[${i}]`,
        problem: isRepeated ? `"${node}" is listed twice` : `the pool has no Node "${node}"`,
        expected: `the name of a Node of this pool that goes: ${range} (replicas counts those that stay)`,
        remedy: "correct it; an entry that no longer leaves out any number is deleted",
      }),
    ];
  });
}

/** An address belongs to a number: a removed worker leaves those of the others where they are. */
export function fixedIpDiagnostics(path: string, pool: NumberedPool): Diagnostic[] {
  const { fixedIps, replicas } = pool;
  if (!fixedIps || replicas === undefined) return [];
  const last = workerNumbers(pool).at(-1) ?? -1;
  if (fixedIps.length > last && fixedIps.length <= firstFreeNumber(pool)) return [];
  const isShort = listed(pool).length > 0;
  return [
    configDiagnostic({
      path: `${path}.fixedIps`,
      problem: `${fixedIps.length} addresses for ${isShort ? `the numbers 0 to ${last}` : `${replicas} replicas`}`,
      expected: isShort
        ? "one address per number, also of a worker in remove: worker 2 has fixedIps[2]"
        : "one address per replica",
      remedy: isShort ? "add or remove addresses at the end" : "make the two numbers equal",
    }),
  ];
}
