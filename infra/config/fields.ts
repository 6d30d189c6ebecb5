import { z } from "zod";
import { ipVersionOf } from "../../components/lib/ip.ts";
import { longestTimeout } from "../../components/lifecycle/defaults.ts";
import { durationPattern, formatDuration, parseDuration } from "../../components/lib/duration.ts";
import { proxyProblem } from "../../components/lib/proxy.ts";
import { holdsCredentials } from "../../components/lib/url.ts";

/** A leaf's message says what a legal value is; infra/config/issues.ts turns it into the `expected` of an error. */

/** Text that is not empty. */
export const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

/** One value, or several. */
export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

const ipAddress = z.union([z.ipv4(), z.ipv6()], { error: "an IP address" });
const addressesText = "an IPv4 or IPv6 address; for both a list of one of each";

/** The addresses of a port: one, or one of each family. */
export const portAddresses = z.union(
  [
    ipAddress,
    z
      .array(ipAddress, { error: addressesText })
      .min(1, { error: addressesText })
      .refine((all) => new Set(all.map(ipVersionOf)).size === all.length, { error: addressesText }),
  ],
  { error: addressesText },
);

const subnetsText = "the name of a Neutron subnet; for dual-stack a list of two, one of each IP version";
const subnetName = text(subnetsText);

/** The subnets of a port: one, or one of each family. */
export const portSubnets = z.union(
  [
    subnetName,
    z.array(subnetName, { error: subnetsText }).min(1, { error: subnetsText }).max(2, { error: subnetsText }),
  ],
  { error: subnetsText },
);

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
