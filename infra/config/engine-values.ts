import { z } from "zod";
import { own } from "../../components/lib/objects.ts";
import { bare } from "../../components/lib/zod.ts";
import { parseConfig, type Parsed } from "./load.ts";
import { configSchema } from "./schema.ts";

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
 * Validates the values of a stack's config as the engine passes them.
 *
 * @param project whose keys count
 * @param values by their full names, `<project>:<key>`
 * @param encrypted full names of the keys whose values, or values inside them, are encrypted
 */
export function parseEngineValues(
  project: string,
  values: Readonly<Record<string, string>>,
  encrypted: readonly string[],
): Parsed {
  const prefix = `${project}:`;
  const nameOf = (key: string): string[] => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []);
  const entries = Object.entries(values).flatMap(([key, text]) =>
    nameOf(key).map((name) => [name, decode(name, text)] as const),
  );
  return parseConfig(Object.fromEntries(entries), encrypted.flatMap(nameOf));
}
