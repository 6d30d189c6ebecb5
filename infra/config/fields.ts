import { z } from "zod";
import { durationPattern, parseDuration } from "../../components/lib/duration.ts";

/** A leaf's message says what a legal value is; infra/config/issues.ts turns it into the `expected` of an error. */

/** Text that is not empty. */
export const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

const durationText = "a duration of at least a second, like 90s, 45m or 1h30m";

/** A duration as a person writes it; in the config it is a number of seconds. */
export const duration = (defaultText: string): z.ZodPrefault<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>> =>
  z
    .string({ error: durationText })
    .regex(durationPattern, { error: durationText, abort: true })
    .refine((value) => parseDuration(value) !== undefined, { error: durationText })
    .transform((value) => parseDuration(value) ?? 0)
    .prefault(defaultText);

export const flag = (byDefault: boolean): z.ZodDefault<z.ZodBoolean> =>
  z.boolean({ error: "true or false" }).default(byDefault);
