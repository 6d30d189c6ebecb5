import { z } from "zod";
import { isObject } from "../../components/lib/objects.ts";
import { bare } from "../../components/lib/zod.ts";
import { poolSchema } from "./pool.ts";

export type Lenient<T> = T extends readonly (infer E)[]
  ? readonly (Lenient<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Lenient<T[K]> }
    : T;

/** A pool with its valid parts only, so that every rule can still be checked. */
export type PartialPool = Lenient<z.output<typeof poolSchema>>;

/** The valid parts of a value; undefined if none is valid. */
export function lenient(schema: z.core.$ZodType, value: unknown): unknown {
  const at = bare(schema);
  if (at instanceof z.ZodArray && Array.isArray(value)) return value.map((each) => lenient(at.element, each));
  if (!(at instanceof z.ZodObject) || (value !== undefined && !isObject(value))) return z.safeParse(schema, value).data;
  if (value === undefined && schema instanceof z.ZodOptional) return undefined;
  const parts = Object.entries<z.core.$ZodType>(at.shape);
  return Object.fromEntries(parts.map(([key, part]) => [key, lenient(part, value?.[key])]));
}

export const partialPool = (raw: unknown): PartialPool => lenient(poolSchema, raw) ?? {};
