import { z } from "zod";
import { UserError } from "../../lib/errors.ts";
import { own } from "../../lib/objects.ts";
import { propertyPath } from "../operation/diff.ts";
import { isUnknown, type Plain, type Properties } from "../operation/property-values.ts";
import { known } from "./fields.ts";

/** One error of the inputs: the path of the property and what is wrong with it. */
export interface CheckFailure {
  property: string;
  reason: string;
}

export interface Checked {
  /** with the defaults of what was left out */
  inputs: Properties;
  failures: CheckFailure[];
}

type Path = readonly PropertyKey[];
type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** All errors of the inputs at once, in the order of the properties, what is missing first. Values not known yet pass. */
export function check(
  schema: z.ZodObject,
  inputs: Properties,
  unknownProperty = "is not a property of this resource",
): Checked {
  return { inputs: withDefaults(schema, inputs), failures: failuresOf(schema, inputs, unknownProperty) };
}

function failuresOf(schema: z.ZodObject, inputs: Properties, unknownProperty: string): CheckFailure[] {
  const unexpected: Path[] = [];
  const { error } = schema.safeParse(given(schema, inputs, [], (path) => unexpected.push(path)));
  const failures = [
    ...(error?.issues ?? []).flatMap((issue) => failuresOfIssue(issue, [])),
    ...unexpected.map((path) => ({ path, reason: unknownProperty })),
  ];
  const order = Object.keys(inputs).filter((key) => (inputs[key] ?? null) !== null);
  const place = ([top]: Path) => order.indexOf(String(top));
  const sorted = failures
    .sort((a, b) => place(a.path) - place(b.path))
    .map(({ path, reason }) => [`${render(path)} ${reason}`, { property: render(path), reason }] as const);
  // zod judges the length of whatever has one, of another type too
  return [...new Map(sorted).values()];
}

/** The inputs with the defaults of those that are missing, objects in depth; what is unknown or wrong stays so. */
export function withDefaults(schema: z.ZodObject, inputs: Properties): Properties {
  const present = given(schema, inputs);
  const filled = Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, field]) => {
    const { data } = z.safeParse(field, present[key]);
    return data === undefined ? [] : [[key, data] as const];
  });
  return { ...inputs, ...(Object.fromEntries(filled) as Properties) };
}

/**
 * Properties that Check has passed, of this release or of one before.
 *
 * @param what they are of, for the error
 * @throws UserError when the state holds something else
 */
export function parse<T extends z.ZodObject>(schema: T, properties: Properties, what: string): z.output<T> {
  const read = schema.safeParse(given(schema, properties));
  if (read.success) return read.data;
  const problems = failuresOf(schema, properties, "").filter(({ reason }) => reason !== "");
  throw new UserError(
    `${what}: its properties in the state cannot be used: ` +
      `${problems.map(({ property, reason }) => `${property} ${reason}`).join("; ")}. ` +
      "Correct them in the state (pulumi stack export, pulumi stack import), then run the command again.",
  );
}

/** The properties that are given, as the schema knows them: neither null nor the engine's own keys, which begin with `__`. */
function given(
  schema: z.ZodObject,
  properties: Properties,
  outer: Path = [],
  unexpected: (path: Path) => void = () => undefined,
): Properties {
  const shape: Shape = schema.shape;
  const result: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("__") || value === null) continue;
    const path = [...outer, key];
    const field = own(shape, key);
    if (field !== undefined) result[key] = within(field, value, path, unexpected);
    else if (!isUnknown(value)) unexpected(path);
  }
  return result;
}

function within(schema: z.core.$ZodType, value: Plain, path: Path, unexpected: (path: Path) => void): Plain {
  if (typeof value !== "object" || value === null) return value;
  const at = known(schema);
  if (Array.isArray(value)) {
    return at instanceof z.ZodArray ? value.map((it, i) => within(at.element, it, [...path, i], unexpected)) : value;
  }
  // zod leaves the key out of a record without a word
  if (Object.hasOwn(value, "__proto__")) unexpected([...path, "__proto__"]);
  // a loose object may have whatever it likes
  const isGroup = at instanceof z.ZodObject && at.def.catchall === undefined;
  return isGroup ? given(at, value, path, unexpected) : value;
}

/** The failures of an issue; for a value that is neither unknown nor valid, those of the value (fields.ts, unknownOr). */
function failuresOfIssue(issue: z.core.$ZodIssue, outer: Path): { path: Path; reason: string }[] {
  const path = [...outer, ...issue.path];
  if (issue.code !== "invalid_union" || issue.message !== "") return [{ path, reason: issue.message }];
  return (issue.errors.at(-1) ?? []).flatMap((it) => failuresOfIssue(it, path));
}

function render(path: Path): string {
  return path.reduce<string>((outer, key) => {
    if (typeof key === "number") return `${outer}[${key}]`;
    return outer === "" ? String(key) : propertyPath(outer, String(key));
  }, "");
}
