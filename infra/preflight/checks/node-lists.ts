import { suggest } from "../../../components/lib/suggest.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

/** A list of a pool that names some of its Nodes. */
interface NodeList {
  readonly check: string;
  /** of the list within the pool */
  readonly key: string;
  readonly names: (pool: PoolConfig) => readonly string[];
  /** a surge worker may be listed as well: a roll must not ignore one, which serves in the place of others */
  readonly hasSurge?: true;
}

/** With a misspelled name a rollout would wait for the Node, its machine would stay outside, the broken worker would stay. */
const lists: readonly NodeList[] = [
  { check: "rollout", key: "rollout.ignore", names: ({ rollout }) => rollout.ignore },
  { check: "readmit", key: "readmit", names: ({ readmit }) => readmit },
  { check: "repair", key: "repair", names: ({ repair }) => repair, hasSurge: true },
  { check: "adopt", key: "adopt", names: ({ adopt }) => adopt },
];

/** An error for each name in a list of a pool that none of its Nodes has. */
export function nodeListDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  return pools.flatMap((pool) => {
    const workers = workersOf(pool, cluster.infraId);
    return lists.flatMap((list) => {
      const known = workers.filter(({ isSurge }) => list.hasSurge ?? !isSurge).map(({ name }) => name);
      return unknownNodes(pool, known, list);
    });
  });
}

function unknownNodes(pool: PoolConfig, known: readonly string[], { check, key, names }: NodeList): Diagnostic[] {
  return names(pool).flatMap((name, i) => {
    if (known.includes(name)) return [];
    // a removed worker has neighbours of nearly the same name, which are not meant
    const suggestion = pool.remove.includes(name) ? undefined : suggest(name, known);
    return diagnosticOf(check)({
      path: `${poolPath(pool.name)}.${key}[${i}]`,
      problem: `the pool has no Node "${name}"`,
      expected: "the name of a Node of this pool",
      remedy: suggestion === undefined ? "remove it" : `write ${suggestion} instead`,
    });
  });
}
