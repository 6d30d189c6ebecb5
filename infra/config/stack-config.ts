import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { own } from "../../components/lib/objects.ts";
import { bare } from "../../components/lib/zod.ts";
import { throwIfErrors } from "../diagnostics/diagnostic.ts";
import { parseConfig } from "./load.ts";
import { type Config, configSchema } from "./schema.ts";

/** The engine passes objects and lists as JSON, and everything else as text. */
function decode(key: string, text: string): unknown {
  if (bare(own(configSchema.shape, key)) instanceof z.ZodString) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/**
 * The keys with encrypted values, as the engine passes them to its language hosts.
 * pulumi/sdk/nodejs/runtime/config.ts, configSecretKeysEnvKey: there is no public function for it.
 */
function encryptedKeys(): string[] {
  return z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
}

/** Reads the stack's config. Throws one error that lists every error. */
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
