import * as pulumi from "@pulumi/pulumi";
import { classFaults, inherit } from "./config-classes.ts";
import { configFaults } from "./config-faults.ts";
import { ruleFaults } from "./config-rules.ts";
import { type Config, configSchema } from "./config-schema.ts";
import { type Fault, refuse } from "./fault.ts";

export type { Config, PoolConfig } from "./config-schema.ts";

/** Either the config or everything that is wrong with it. */
export type Parsed = { config: Config; faults?: never } | { config?: never; faults: Fault[] };

/** Judges the values of a stack file, as plain data. */
export function parseConfig(given: Readonly<Record<string, unknown>>): Parsed {
  const raw = inherit(given);
  const parsed = configSchema.safeParse(raw);
  const faults = [
    ...(parsed.success ? [] : configFaults(configSchema, raw, parsed.error)),
    ...classFaults(raw),
    ...ruleFaults(raw["pools"]),
  ];
  if (!parsed.success || faults.length > 0) return { faults };
  return { config: { ...parsed.data, pools: parsed.data.pools.map(withFlavor) } };
}

function withFlavor<T extends { flavor?: string | undefined }>(pool: T): T & { flavor: string } {
  if (pool.flavor === undefined) throw new Error("a pool without a flavor is a fault");
  return { ...pool, flavor: pool.flavor };
}

/** The engine hands objects and lists over as JSON and everything else as text. */
function decode(key: string, text: string): unknown {
  if (key === "cloud") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Reads the stack's config. Throws one RunError that lists every fault. */
export function readConfig(): Config {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const entries = own.map(([key, text]) => [key.slice(prefix.length), text] as const);
  const parsed = parseConfig(Object.fromEntries(entries.map(([key, text]) => [key, decode(key, text)])));
  refuse(parsed.faults ?? []);
  if (!parsed.config) throw new Error("a config without faults is a config");
  return parsed.config;
}
