import { z } from "zod";
import { isObject, own } from "../../components/lib/objects.ts";
import { suggest } from "../../components/lib/suggest.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { entryKey, poolPath } from "./paths.ts";
import { classSchema } from "./schema.ts";

type Raw = Readonly<Record<string, unknown>>;

/** The keys of an object with valid values. Invalid ones are reported once, at the class. */
function validPart(schema: z.ZodObject | undefined, value: unknown): Raw {
  if (!isObject(value) || !schema) return {};
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  return Object.fromEntries(
    Object.entries(value).filter(([key, part]) => {
      const field = own(shape, key);
      return field !== undefined && z.safeParse(field, part).success;
    }),
  );
}

const timeoutsSchema = classSchema.shape.timeouts.unwrap();

function withClass(pool: unknown, classes: Raw): unknown {
  if (!isObject(pool) || typeof pool["class"] !== "string") return pool;
  const found = own(classes, pool["class"]);
  if (!isObject(found)) return pool;
  const { flavor, cleaningAllowance } = validPart(classSchema, found);
  const timeouts = validPart(timeoutsSchema, found["timeouts"]);
  const given = pool["timeouts"] ?? {};
  return {
    ...(flavor !== undefined && { flavor }),
    ...(cleaningAllowance !== undefined && { cleaningAllowance }),
    ...pool,
    timeouts: isObject(given) ? { ...timeouts, ...given } : given,
  };
}

/** The raw config with the values of the classes in their pools. A pool's own values take precedence. */
export function inherit(raw: Raw): Raw {
  const { classes, pools } = raw;
  if (!Array.isArray(pools) || !isObject(classes)) return raw;
  return { ...raw, pools: pools.map((pool: unknown) => withClass(pool, classes)) };
}

/** Errors of pools whose class does not exist. */
export function classDiagnostics(raw: Raw): Diagnostic[] {
  const { pools, classes } = raw;
  const known = isObject(classes) ? Object.keys(classes) : [];
  return (Array.isArray(pools) ? pools : []).flatMap((pool: unknown, i) => {
    const name = isObject(pool) ? pool["class"] : undefined;
    if (typeof name !== "string" || name === "" || known.includes(name)) return [];
    const suggestion = suggest(name, known);
    return {
      check: "config",
      path: `${poolPath(entryKey("pools", pools, i))}.class`,
      problem: `there is no class "${name}"`,
      expected: known.length > 0 ? `one of ${known.join(", ")}` : "a key of classes, which is empty",
      remedy: suggestion === undefined ? "add it to classes, or remove the key" : `write ${suggestion} instead`,
    };
  });
}
