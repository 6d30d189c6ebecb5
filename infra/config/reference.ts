import { stringify } from "yaml";
import { skippable } from "../diagnostics/checks.ts";
import { explanations } from "./explanations.ts";
import { configJsonSchema, type JsonSchema } from "./json-schema.ts";

/** The tables of docs/configure.md, by the schema that editors complete stack files with: no key is described twice. */

/** What is above this line is written by hand. */
const marker = "<!-- What follows is written by `npm run schema`. -->";

interface Key {
  readonly path: string;
  readonly schema: JsonSchema;
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && !Array.isArray(value);

/** The keys directly below a schema: those of an object, of the entries of a list, or of an object with any keys. */
function keysBelow({ path, schema }: Key): Key[] {
  const { items, properties, additionalProperties } = schema;
  if (isSchema(items)) return keysBelow({ path: `${path}[]`, schema: items });
  if (properties) {
    const prefix = path === "" ? "" : `${path}.`;
    return Object.entries(properties).map(([key, value]) => ({
      path: `${prefix}${key}`,
      schema: value as JsonSchema,
    }));
  }
  return isSchema(additionalProperties) ? keysBelow({ path: `${path}.<name>`, schema: additionalProperties }) : [];
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
const isSame = (one: Key, other: Key): boolean =>
  lastPart(one.path) === lastPart(other.path) && one.schema.description === other.schema.description;

/** A cell of a table. Placeholders would be HTML, and a bar would end the cell. */
const cell = (text: string): string =>
  text
    .replaceAll(/`[^`]*`|[^\s,;()`]*<[^>\s]+>(?:[^\s,;:()`]*[^\s,;:()`.])?/g, (part) =>
      part.startsWith("`") ? part : `\`${part}\``,
    )
    .replaceAll("|", "\\|");

const code = (value: unknown): string => `\`${stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim()}\``;

/** Meaning and default: the description of every key ends with its default, or with what requires it. */
function meaningOf({ path, schema }: Key, shared: readonly Key[]): [string, string] {
  const { description = "", enum: values = [] } = schema;
  const [, meaning = description, byDefault, required] =
    /^(.*?)\s*(?:Default: (.*)\.|((?:Either [^.]* is r|R)equired[^.]*)\.)$/s.exec(description) ?? [];
  const choice = values.every((value) => description.includes(String(value))) ? "" : ` One of ${values.join(", ")}.`;
  const twin = shared[0] && ` Further keys: those of ${shared[0].path.slice(0, shared[0].path.lastIndexOf("."))}.`;
  const page = explanations[path];
  const more = page === undefined ? "" : ` [More](${page})`;
  return [`${cell(meaning + choice + (twin ?? ""))}${more}`, cell(byDefault ?? required?.toLowerCase() ?? "")];
}

/** The rows of a key and of those below it, without those that say the same of a pool's key of that name. */
function rows(key: Key, pool: readonly Key[]): string[] {
  const below = keysBelow(key);
  const ofPool = pool.find(({ path }) => path !== key.path && lastPart(path) === lastPart(key.path));
  const shared = ofPool ? keysBelow(ofPool).filter((each) => below.some((own) => isSame(own, each))) : [];
  const [meaning, byDefault] = meaningOf(key, shared);
  const [example] = key.schema.examples ?? [];
  const row = [`\`${key.path}\``, meaning, byDefault, example === undefined ? "" : code(example)];
  const own = below.filter((each) => !shared.some((other) => isSame(each, other)));
  return [`| ${row.join(" | ")} |`, ...own.flatMap((each) => rows(each, pool))];
}

const table = (keys: readonly Key[], pool: readonly Key[]): string =>
  [
    "| key | meaning | default | example |",
    "| --- | --- | --- | --- |",
    ...keys.flatMap((key) => rows(key, pool)),
  ].join("\n");

/** The keys of a pool: those with keys of their own have a table each. */
function poolSections(pools: Key): string[] {
  const pool = keysBelow(pools);
  const [groups, plain] = [
    pool.filter((key) => keysBelow(key).length > 0),
    pool.filter((key) => keysBelow(key).length === 0),
  ];
  return [
    `### A pool\n\n${table(plain, pool)}`,
    ...groups.map((key) => `### A pool's ${lastPart(key.path)}\n\n${table([key], pool)}`),
  ];
}

function sections(): string[] {
  const top = keysBelow({ path: "", schema: configJsonSchema() });
  const [pools] = top.filter(({ path }) => path === "pools");
  if (!pools) throw new Error("the config has no pools");
  const pool = keysBelow(pools);
  return [
    `### The stack\n\n${table(
      top.filter(({ path }) => path !== "pools"),
      pool,
    )}`,
    ...poolSections(pools),
    `## Checks\n\nNames for \`preflight.skip\`.\n\n| check | holds if |\n| --- | --- |\n${Object.entries(skippable)
      .map(([name, text]) => `| \`${name}\` | ${text} |`)
      .join("\n")}`,
  ];
}

/**
 * @param written the page as it is
 * @returns the page as it should be
 * @throws Error without the line that separates both parts
 */
export function configurePage(written: string): string {
  const end = written.indexOf(marker);
  if (end < 0) throw new Error(`docs/configure.md has no line ${marker}`);
  const ignored = ["<!-- prettier-ignore-start -->", "## Keys", ...sections(), "<!-- prettier-ignore-end -->"];
  return `${written.slice(0, end)}${[marker, ...ignored].join("\n\n")}\n`;
}
