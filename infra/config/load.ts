import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Fault, refuse } from "../diagnostics/diagnostic.ts";
import { classFaults, inherit } from "./classes.ts";
import { bare, configFaults } from "./issues.ts";
import { kubeconfigFaults, ruleFaults } from "./rules.ts";
import { type Config, configSchema } from "./schema.ts";
import { secretFaults } from "./secrets.ts";

export type { Config, PoolConfig } from "./schema.ts";

/** Either the config or everything that is wrong with it. */
export type Parsed = { config: Config; faults?: never } | { config?: never; faults: Fault[] };

const rootOf = (path: string): string => path.split(/[.[]/)[0] ?? path;

/**
 * Judges the values of a stack file, as plain data.
 *
 * @param encrypted the keys whose values, or values inside them, are encrypted in the file
 */
export function parseConfig(given: Readonly<Record<string, unknown>>, encrypted: readonly string[] = []): Parsed {
  const raw = inherit(given);
  const parsed = configSchema.safeParse(raw);
  const secrets = secretFaults(Object.keys(given), encrypted);
  const others = [
    ...(parsed.success ? [] : configFaults(configSchema, raw, parsed.error)),
    ...classFaults(raw),
    ...ruleFaults(raw["pools"]),
    ...kubeconfigFaults(raw),
  ];
  // of a value that may be a secret, no more is told than that it is wrong
  const plain = others
    .filter(({ path }) => !secrets.some((fault) => fault.path === rootOf(path)))
    .map((fault) => (encrypted.includes(rootOf(fault.path)) ? { ...fault, what: "is wrong" } : fault));
  const faults = [...secrets, ...plain];
  if (!parsed.success || faults.length > 0) return { faults };
  const { kubeconfig, ...config } = parsed.data;
  const cluster = { ...config.cluster, ...(kubeconfig !== undefined && { kubeconfig }) };
  return { config: { ...config, cluster, pools: config.pools.map(withFlavor) } };
}

function withFlavor<T extends { flavor?: string | undefined }>(pool: T): T & { flavor: string } {
  if (pool.flavor === undefined) throw new Error("a pool without a flavor is a fault");
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

/** Reads the stack's config. Throws one RunError that lists every fault. */
export function readConfig(): Config {
  const prefix = `${pulumi.getProject()}:`;
  const own = (key: string): string[] => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []);
  const entries = Object.entries(pulumi.runtime.allConfig()).flatMap(([key, text]) =>
    own(key).map((name) => [name, decode(name, text)] as const),
  );
  const parsed = parseConfig(Object.fromEntries(entries), encryptedKeys().flatMap(own));
  refuse(parsed.faults ?? []);
  if (!parsed.config) throw new Error("a config without faults is a config");
  return parsed.config;
}
