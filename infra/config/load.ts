import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Diagnostic, throwIfErrors } from "../diagnostics/diagnostic.ts";
import { classDiagnostics, inherit } from "./classes.ts";
import { bare, configDiagnostics } from "./issues.ts";
import { kubeconfigDiagnostics, ruleDiagnostics } from "./rules.ts";
import { type Config, configSchema } from "./schema.ts";
import { secretDiagnostics } from "./secrets.ts";

export type { Config, PoolConfig } from "./schema.ts";

/** Either the config or everything that is wrong with it. */
export type Parsed = { config: Config; diagnostics?: never } | { config?: never; diagnostics: Diagnostic[] };

const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/**
 * Judges the values of a stack file, as plain data.
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
  // of a value that may be a secret, only that it is invalid
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

/** The engine hands objects and lists over as JSON and everything else as text. */
function decode(key: string, text: string): unknown {
  if (bare(configSchema.shape[key as keyof typeof configSchema.shape]) instanceof z.ZodString) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/**
 * The keys that hold something encrypted, as the engine tells its language hosts.
 * pulumi/sdk/nodejs/runtime/config.ts, configSecretKeysEnvKey: there is no public function that tells.
 */
function encryptedKeys(): string[] {
  return z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
}

/** Reads the stack's config. Throws one RunError that lists every error. */
export function readConfig(): Config {
  const prefix = `${pulumi.getProject()}:`;
  const own = (key: string): string[] => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []);
  const entries = Object.entries(pulumi.runtime.allConfig()).flatMap(([key, text]) =>
    own(key).map((name) => [name, decode(name, text)] as const),
  );
  const parsed = parseConfig(Object.fromEntries(entries), encryptedKeys().flatMap(own));
  throwIfErrors(parsed.diagnostics ?? []);
  if (!parsed.config) throw new Error("a config without errors is a config");
  return parsed.config;
}
