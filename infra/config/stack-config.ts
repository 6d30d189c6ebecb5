import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { throwIfErrors } from "../diagnostics/diagnostic.ts";
import { parseEngineValues } from "./engine-values.ts";
import type { Config } from "./load.ts";

/**
 * The keys with encrypted values, as the engine passes them to its language hosts.
 * pulumi/sdk/nodejs/runtime/config.ts, configSecretKeysEnvKey: there is no public function for it.
 */
function encryptedKeys(): string[] {
  return z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
}

/** Reads the stack's config. Throws one error that lists every error. */
export function readConfig(): Config {
  const parsed = parseEngineValues(pulumi.getProject(), pulumi.runtime.allConfig(), encryptedKeys());
  throwIfErrors(parsed.diagnostics ?? []);
  if (!parsed.config) throw new Error("a config without errors is a config");
  return parsed.config;
}
