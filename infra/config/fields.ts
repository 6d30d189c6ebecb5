import { z } from "zod";
import { longestTimeout } from "../../components/lifecycle/defaults.ts";
import { durationPattern, formatDuration, parseDuration } from "../../components/lib/duration.ts";
import { proxyProblem } from "../../components/lib/proxy.ts";
import { holdsCredentials } from "../../components/lib/url.ts";

/** A leaf's message says what a legal value is; infra/config/issues.ts turns it into the `expected` of an error. */

/** Text that is not empty. */
export const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

type Duration = z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>;

/**
 * A duration as a person writes it; in the config it is a number of seconds.
 *
 * @param longest seconds
 */
export function durationUpTo(longest: number): Duration {
  const error = `a duration from 1s to ${formatDuration(longest)}, like 90s, 45m or 1h30m`;
  return z
    .string({ error })
    .regex(durationPattern, { error, abort: true })
    .refine((value) => (parseDuration(value) ?? Infinity) <= longest, { error })
    .transform((value) => parseDuration(value) ?? 0);
}

/** The bound of a phase. */
export const duration = (defaultText: string): z.ZodPrefault<Duration> =>
  durationUpTo(longestTimeout).prefault(defaultText);

/** A whole number between these two, both included. */
export function integer(min: number, max: number): z.ZodInt {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** Names of Nodes of a pool; none by default. */
export const nodeNames: z.ZodDefault<z.ZodArray<z.ZodString>> = z
  .array(text("the name of a Node of the pool"), { error: "a list of names of Nodes" })
  .default([]);

export const flag = (byDefault: boolean): z.ZodDefault<z.ZodBoolean> =>
  z.boolean({ error: "true or false" }).default(byDefault);

/**
 * URL of a proxy, without a user.
 *
 * @param protocols that it may have
 */
export function plainProxy(protocols: RegExp, expected: string): z.ZodString {
  const isPlain = (value: string): boolean => {
    const url = URL.parse(value);
    return url !== null && protocols.test(url.protocol) && proxyProblem(value) === undefined && !holdsCredentials(url);
  };
  return z.string({ error: expected }).refine(isPlain, { error: expected });
}
