import { isIP } from "node:net";
import { z } from "zod";
import { longestTimeout } from "../../lifecycle/defaults.ts";
import { formatDuration } from "../../lib/duration.ts";
import { own } from "../../lib/objects.ts";
import { bare } from "../../lib/zod.ts";
import { isUnknown } from "../operation/property-values.ts";

/** What the schemas of the resources' inputs are made of. A field's message says what it must be: Check shows it as it is. */

type Unknown = z.ZodCustom<never, never>;
type UnknownOr<T extends z.ZodType> = z.ZodUnion<[Unknown, T]>;

/**
 * A schema that also takes a value which a preview does not know yet. Its type leaves that out: nothing but Check and
 * the comparisons of a preview ever sees one.
 *
 * @param reason stands for all that is wrong with the value; default: what is wrong within it, each with its own path
 */
export function unknownOr<T extends z.ZodType>(schema: T, reason = ""): UnknownOr<T> {
  return z.union([z.custom<never>(isUnknown), schema], { error: reason });
}

/** The schema below its default, its optionality and {@link unknownOr}. */
export function known(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = bare(schema);
  if (inner instanceof z.ZodUnion) return known(inner.options.at(-1) ?? z.unknown());
  // a pipe narrows the type of what is read
  return inner instanceof z.ZodPipe ? known(inner.in) : inner;
}

/** The error of a schema whose every violation is told by one sentence. */
export function says(reason: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? "is required" : reason) };
}

const once = (reason: string) => ({ ...says(reason), abort: true });

const textReason = "must be a non-empty string";
const nonEmpty = z.string(says(textReason)).min(1, once(textReason));

export const text: UnknownOr<z.ZodString> = unknownOr(nonEmpty);

/** Text of which more is demanded. @param problem what is wrong with it, undefined if nothing is; never its value */
export function textThat(problem: (value: string) => string | undefined): UnknownOr<z.ZodString> {
  return unknownOr(
    nonEmpty.superRefine((value, context) => {
      const reason = problem(value);
      if (reason !== undefined) context.addIssue(reason);
    }),
  );
}

const secondsReason = "must be a number of seconds above 0";

const limitReason = `must be at most ${longestTimeout} (${formatDuration(longestTimeout)})`;
const positive = z.number(says(secondsReason)).positive(says(secondsReason));

/** Seconds as a state holds them: a limit that came with a later release must not keep a worker from being detached. */
export const storedSeconds: UnknownOr<z.ZodNumber> = unknownOr(positive).meta({ duration: true });

/** Seconds as an input may ask for them. */
export const seconds: typeof storedSeconds = unknownOr(positive.max(longestTimeout, says(limitReason))).meta({
  duration: true,
});

/** True for a property that is a number of seconds; -1 of a grace period is none. */
export function isDuration(shape: Readonly<Record<string, z.core.$ZodType>>, name: string): boolean {
  const schema = own(shape, name);
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return inner !== undefined && z.globalRegistry.get(inner)?.["duration"] === true;
}

export const flag: UnknownOr<z.ZodBoolean> = unknownOr(z.boolean(says("must be true or false")));

export function oneOf<const T extends readonly string[]>(
  values: T,
  reason = `must be one of ${values.join(", ")}`,
): UnknownOr<z.ZodEnum<{ [K in T[number]]: K }>> {
  return unknownOr(z.enum(values, says(reason)));
}

/** A whole number. */
export function integer(min: number, reason: string, max = Number.MAX_SAFE_INTEGER): UnknownOr<z.ZodInt> {
  return unknownOr(z.int(says(reason)).min(min, says(reason)).max(max, says(reason)));
}

export function listOf<T extends z.ZodType>(each: T, min: number): UnknownOr<z.ZodArray<T>> {
  const reason = `must be a list of at least ${min}`;
  return unknownOr(z.array(each, says(reason)).min(min, says(reason)));
}

export function group<T extends z.core.$ZodLooseShape>(id: string, shape: T): z.ZodObject<T> {
  return z.object(shape, says("must be an object")).meta({ id });
}

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const nameReason = "must be a name that a Node can have (RFC 1123 subdomain, at most 253 characters)";

export const nodeName: UnknownOr<z.ZodString> = unknownOr(
  z.string(says(nameReason)).max(253, once(nameReason)).regex(dnsName, says(nameReason)),
);

const timeReason = "must be a time as in RFC 3339";

export const time: UnknownOr<z.ZodString> = unknownOr(
  z
    .string(says(timeReason))
    .refine((it) => /^\d{4}-\d\d-\d\dT/.test(it) && !Number.isNaN(Date.parse(it)), says(timeReason)),
);

const addressReason = "must be an IP address";

export const address: UnknownOr<z.ZodString> = unknownOr(
  z.string(says(addressReason)).refine((it) => isIP(it) !== 0, says(addressReason)),
);
