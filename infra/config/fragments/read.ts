import { z } from "zod";
import { isObject } from "../../../components/lib/objects.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import { bare } from "../../../components/lib/zod.ts";
import { show } from "../issues.ts";
import { lenient } from "../partial-pool.ts";
import { type Path, valueAt } from "../paths.ts";
import type { Finding } from "./finding.ts";
import { inDecimal } from "./mode.ts";
import { type IgnitionConfig, since, structure } from "./structure.ts";

interface Keys {
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
  /** the keys that the version knows */
  readonly known: readonly string[];
  /** the version of the keys that came later than 3.0 */
  readonly later: Readonly<Record<string, number>>;
}

function keysOf(object: z.ZodObject, minor: number): Keys {
  const later = since.get(object) ?? {};
  const known = Object.keys(object.shape).filter((key) => (later[key] ?? 0) <= minor);
  return { shape: object.shape, known, later };
}

/** A value as Ignition decodes it: keys as the structure spells them, without nulls and without what the version ignores. */
function asDecoded(schema: z.core.$ZodType, raw: unknown, minor: number): unknown {
  const at = bare(schema);
  if (at instanceof z.ZodArray && Array.isArray(raw)) return raw.map((entry) => asDecoded(at.element, entry, minor));
  if (!(at instanceof z.ZodObject) || !isObject(raw)) return raw;
  const { shape, known } = keysOf(at, minor);
  const entries = Object.entries(raw).flatMap(([key, value]): [string, unknown][] => {
    const name = known.includes(key) ? key : known.find((each) => each.toLowerCase() === key.toLowerCase());
    const part = name === undefined ? undefined : shape[name];
    return name === undefined || part === undefined || value === null ? [] : [[name, asDecoded(part, value, minor)]];
  });
  return Object.fromEntries(entries);
}

const ignored = "a key that the declared version of the specification knows: Ignition ignores any other";

function unknownKey(path: Path, key: string, known: readonly string[]): Finding {
  const suggestion = suggest(key, known);
  return {
    path: [...path, key],
    problem: "unknown key",
    expected: `one of ${known.join(", ")}: Ignition ignores any other`,
    remedy: suggestion === undefined ? "remove it" : `write ${suggestion} instead`,
    warning: true,
  };
}

/** Warnings of the keys that the version of the config does not know: Ignition itself warns, and ignores them. */
function ignoredKeys(schema: z.core.$ZodType, raw: unknown, path: Path, minor: number): Finding[] {
  const at = bare(schema);
  if (at instanceof z.ZodArray && Array.isArray(raw))
    return raw.flatMap((entry, i) => ignoredKeys(at.element, entry, [...path, i], minor));
  if (!(at instanceof z.ZodObject) || !isObject(raw)) return [];
  const { shape, known, later } = keysOf(at, minor);
  return Object.entries(raw).flatMap(([key, value]): Finding[] => {
    if (known.includes(key)) return ignoredKeys(shape[key] ?? at, value, [...path, key], minor);
    if (!Object.hasOwn(shape, key)) return [unknownKey(path, key, known)];
    const remedy = `set the fragment's ignition.version to 3.${later[key]}.0 or later, or remove the key`;
    const problem = `not part of Ignition 3.${minor}.0`;
    return [{ path: [...path, key], problem, expected: ignored, remedy, warning: true }];
  });
}

function remedyOfType(expected: string, value: unknown, key: PropertyKey | undefined): string {
  const given = typeof value === "string" ? value : undefined;
  if (key === "mode" && given !== undefined) {
    const mode = inDecimal(given);
    return mode === undefined
      ? "write the mode as a decimal number: 420 for 0644"
      : `write ${mode} (decimal for ${given})`;
  }
  if (given !== undefined && /^(true|false|\d+)$/.test(given) && expected !== "text")
    return `write ${given} without quotes`;
  if (expected === "text" && (typeof value === "number" || typeof value === "boolean")) return `quote it: "${value}"`;
  return `write ${expected}`;
}

/** Values of the wrong type, which end Ignition. */
function wrongTypes(decoded: unknown): Finding[] {
  const issues = structure.safeParse(decoded).error?.issues ?? [];
  return issues.map(({ path, message: expected }) => {
    const value = valueAt(decoded, path);
    const problem = path.at(-1) === "passwordHash" ? "not text" : show(value);
    return { path, problem, expected, remedy: remedyOfType(expected, value, path.at(-1)) };
  });
}

/** A config as Ignition decodes it, and what is wrong with its structure. */
export function readStructure(raw: unknown, minor: number): { config: IgnitionConfig; findings: Finding[] } {
  const decoded = asDecoded(structure, raw, minor);
  return {
    config: lenient(structure, decoded) ?? {},
    findings: [...wrongTypes(decoded), ...ignoredKeys(structure, raw, [], minor)],
  };
}
