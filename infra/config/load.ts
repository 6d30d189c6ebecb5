import { workersAtOnce } from "../../components/rollout/max-unavailable.ts";
import { surgeOf } from "../../components/rollout/surge.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { classDiagnostics, inherit } from "./classes.ts";
import { hostBound } from "./host-bound.ts";
import { fragmentDiagnostics, isInFragment } from "./fragments/diagnostics.ts";
import { configDiagnostics } from "./issues.ts";
import { type Path, renderPath } from "./paths.ts";
import { accountKeyDiagnostics, kubeconfigDiagnostics, ruleDiagnostics } from "./rules.ts";
import { type Config, configSchema, type PoolConfig, type ReadPool } from "./schema.ts";
import { secretDiagnostics } from "./secrets.ts";
import { countWorkers } from "./workers.ts";

export type { Config, PoolConfig } from "./schema.ts";

/** Either the config or its errors. */
export type Parsed = { config: Config; diagnostics?: never } | { config?: never; diagnostics: Diagnostic[] };

/**
 * Errors of keys named `__proto__`, wherever they are: zod leaves them out of a record without a word, so that a label of
 * that name would vanish.
 */
function unusableKeys(value: unknown, path: Path, root: unknown): Diagnostic[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    if (name !== "__proto__") return unusableKeys(part, at, root);
    return {
      check: "config",
      path: renderPath(at, root),
      problem: "the key cannot be used",
      expected: "a key other than __proto__, which JavaScript gives a meaning of its own",
      remedy: "remove it, or choose another name",
    };
  });
}

const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/**
 * Validates the values of a stack file, as plain data.
 *
 * @param encrypted the keys whose values, or values inside them, are encrypted in the file
 */
export function parseConfig(given: Readonly<Record<string, unknown>>, encrypted: readonly string[] = []): Parsed {
  const raw = inherit(given);
  const parsed = configSchema.safeParse(raw);
  const secrets = secretDiagnostics(Object.keys(given), encrypted);
  const judged = [
    ...configDiagnostics(
      configSchema,
      raw,
      (parsed.error?.issues ?? []).filter(({ path }) => !isInFragment(path)),
    ),
    ...fragmentDiagnostics(raw["pools"]).filter(({ warning }) => warning !== true),
    ...classDiagnostics(raw),
    ...ruleDiagnostics(raw["pools"], raw["inventory"] !== undefined),
    ...kubeconfigDiagnostics(raw),
    ...accountKeyDiagnostics(raw),
  ];
  const reported = new Set(judged.map(({ path }) => path));
  const others = [...judged, ...unusableKeys(given, [], given).filter(({ path }) => !reported.has(path))];
  // a value that may be a secret is only reported as invalid
  const plain = others
    .filter(({ path }) => !secrets.some((diagnostic) => diagnostic.path === rootOf(path)))
    .map((diagnostic) =>
      encrypted.includes(rootOf(diagnostic.path)) ? { ...diagnostic, problem: "is invalid" } : diagnostic,
    );
  const diagnostics = [...secrets, ...plain];
  if (!parsed.success || diagnostics.length > 0) return { diagnostics };
  const { kubeconfig, ...config } = parsed.data;
  const cluster = { ...config.cluster, ...(kubeconfig !== undefined && { kubeconfig }) };
  const hasInventory = config.inventory !== undefined;
  const pools = config.pools.map((pool) => {
    const bound = hostBound(pool, hasInventory);
    return { ...withRollout(withFlavor(pool)), ...(bound && { hostBound: bound }) };
  });
  return { config: { ...config, cluster, pools } };
}

function withFlavor<T extends { flavor?: string | undefined }>(pool: T): T & { flavor: string } {
  if (pool.flavor === undefined) throw new Error("a pool without a flavor is an error");
  return { ...pool, flavor: pool.flavor };
}

/** With the numbers of workers that percentages stand for. */
function withRollout<T extends Parameters<typeof countWorkers>[0][number] & { readonly rollout: ReadPool["rollout"] }>(
  pool: T,
): Omit<T, "rollout"> & Pick<PoolConfig, "rollout"> {
  const workers = countWorkers([pool]);
  const { maxSurge: asked, ...rollout } = pool.rollout;
  const maxUnavailable = workersAtOnce(rollout.maxUnavailable, workers);
  const maxSurge = surgeOf(asked, workers);
  return { ...pool, rollout: { ...rollout, maxUnavailable, ...(maxSurge > 0 && { maxSurge }) } };
}
