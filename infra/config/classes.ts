import { z } from "zod";
import { suggest } from "../../components/lib/suggest.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { entryKey } from "./entry-key.ts";
import { poolPath } from "./paths.ts";
import { classSchema } from "./schema.ts";

type Raw = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Raw => value !== null && typeof value === "object" && !Array.isArray(value);

/** The keys of an object whose values are right by themselves: what is wrong is told at the class, once. */
function right(schema: z.ZodObject | undefined, value: unknown): Raw {
  if (!isObject(value) || !schema) return {};
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  return Object.fromEntries(
    Object.entries(value).filter(([key, part]) => shape[key] && z.safeParse(shape[key], part).success),
  );
}

const timeoutsSchema = classSchema.shape.timeouts.unwrap();

function withClass(pool: unknown, classes: Raw): unknown {
  if (!isObject(pool) || typeof pool["class"] !== "string") return pool;
  const found = classes[pool["class"]];
  if (!isObject(found)) return pool;
  const { flavor } = right(classSchema, found);
  const timeouts = right(timeoutsSchema, found["timeouts"]);
  const own = pool["timeouts"] ?? {};
  return {
    ...(flavor !== undefined && { flavor }),
    ...pool,
    timeouts: isObject(own) ? { ...timeouts, ...own } : own,
  };
}

/** The raw config whose pools have what their classes give them; a pool's own values come first. */
export function inherit(raw: Raw): Raw {
  const { classes, pools } = raw;
  if (!Array.isArray(pools) || !isObject(classes)) return raw;
  return { ...raw, pools: pools.map((pool: unknown) => withClass(pool, classes)) };
}

/** Pools of a class that is not there. */
export function classDiagnostics(raw: Raw): Diagnostic[] {
  const { pools, classes } = raw;
  const known = isObject(classes) ? Object.keys(classes) : [];
  return (Array.isArray(pools) ? pools : []).flatMap((pool: unknown, i) => {
    const name = isObject(pool) ? pool["class"] : undefined;
    if (typeof name !== "string" || name === "" || known.includes(name)) return [];
    const meant = suggest(name, known);
    return {
      check: "config",
      path: `${poolPath(entryKey("pools", pools, i))}.class`,
      problem: `there is no class "${name}"`,
      expected: known.length > 0 ? `one of ${known.join(", ")}` : "a key of classes, which has none",
      remedy: meant === undefined ? "add it to classes, or leave the key out" : `write ${meant} instead`,
    };
  });
}
