import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { classDiagnostics, inherit } from "./classes.ts";
import { configDiagnostics } from "./issues.ts";
import { kubeconfigDiagnostics, ruleDiagnostics } from "./rules.ts";
import { type Config, configSchema } from "./schema.ts";
import { secretDiagnostics } from "./secrets.ts";

export type { Config, PoolConfig } from "./schema.ts";

/** Either the config or its errors. */
export type Parsed = { config: Config; diagnostics?: never } | { config?: never; diagnostics: Diagnostic[] };

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
  const others = [
    ...(parsed.success ? [] : configDiagnostics(configSchema, raw, parsed.error)),
    ...classDiagnostics(raw),
    ...ruleDiagnostics(raw["pools"]),
    ...kubeconfigDiagnostics(raw),
  ];
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
  return { config: { ...config, cluster, pools: config.pools.map(withFlavor) } };
}

function withFlavor<T extends { flavor?: string | undefined }>(pool: T): T & { flavor: string } {
  if (pool.flavor === undefined) throw new Error("a pool without a flavor is an error");
  return { ...pool, flavor: pool.flavor };
}
