import { z } from "zod";
import { isObject, own } from "../../components/lib/objects.ts";
import { suggest } from "../../components/lib/suggest.ts";
import { withoutCredentials } from "../../components/lib/url.ts";
import { bare } from "../../components/lib/zod.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Path, renderPath, valueAt } from "./paths.ts";

function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((outer, key) => {
    const at = outer && bare(outer);
    if (at instanceof z.ZodArray) return at.element;
    if (at instanceof z.ZodRecord) return at.valueType;
    if (at instanceof z.ZodObject) return own(at.shape as Record<string, z.core.$ZodType>, String(key));
    return undefined;
  }, schema);
}

/** A value for a message: not the values of an object, the content of a file, nor the password of a URL. */
export function show(value: unknown): string {
  if (typeof value === "string" && /\n|^\s*\{/.test(value)) return `a text of ${value.length} characters`;
  if (isObject(value)) return `an object with the keys ${Object.keys(value).join(", ")}`;
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === "string" ? withoutCredentials(each) : each,
  );
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function unknownKeys(schema: z.core.$ZodType, value: unknown, issue: z.core.$ZodIssueUnrecognizedKeys): Diagnostic[] {
  const at = schemaAt(schema, issue.path);
  const object = at && bare(at);
  const known = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  return issue.keys.map((key) => {
    const suggestion = suggest(key, known);
    return {
      check: "config",
      path: renderPath([...issue.path, key], value),
      problem: "unknown key",
      expected: `one of ${known.join(", ")}`,
      remedy: suggestion ? `write ${suggestion} instead` : "remove it",
    };
  });
}

function exampleOf(schema: z.ZodType): unknown {
  const examples = schema.meta()?.["examples"];
  return Array.isArray(examples) ? examples[0] : undefined;
}

/** YAML reads an unquoted `true`, `yes` or `12` as something else than a text: what to type, if the text is meant and valid. */
function quoted(schema: z.core.$ZodType | undefined, found: unknown, key: PropertyKey | undefined): string | undefined {
  if (!(schema instanceof z.ZodType) || !(bare(schema) instanceof z.ZodString)) return undefined;
  if (found !== null && typeof found !== "boolean" && typeof found !== "number") return undefined;
  const meant = found === null ? "" : String(found);
  if (!schema.safeParse(meant).success) return undefined;
  const typed = `${typeof key === "string" ? `${key}: ` : ""}${JSON.stringify(meant)}`;
  return found === null ? `for an empty text write ${typed}` : `quote it: ${typed}`;
}

/** The issues of zod as errors. The message of an issue says what was expected. */
export function configDiagnostics(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Diagnostic[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(schema, value, issue);
    const found = valueAt(value, issue.path);
    const at = schemaAt(schema, issue.path);
    const example = at instanceof z.ZodType ? exampleOf(at) : undefined;
    const action = found === undefined ? "add it" : "correct it";
    const quote = quoted(at, found, issue.path.at(-1));
    return {
      check: "config",
      path: renderPath(issue.path, value),
      problem: found === undefined ? "missing" : show(found),
      expected: issue.message,
      remedy: quote ?? (example === undefined ? action : `${action}, for example ${show(example)}`),
    };
  });
}
