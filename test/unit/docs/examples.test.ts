import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type JsonSchema, stackSchema } from "../../../infra/config/json-schema.ts";
import { isObject } from "../../../components/lib/objects.ts";
import { blocksOf, pages } from "../../support/pages.ts";

const project = "openstack-baremetal-compute";

/** The names of all keys of a stack file, wherever they are. */
function namesIn(schema: unknown): string[] {
  if (!isObject(schema)) return [];
  const { properties = {}, ...rest } = schema as JsonSchema;
  return [...Object.keys(properties), ...[...Object.values(properties), ...Object.values(rest)].flatMap(namesIn)];
}

/** The keys of a value, without those of labels, which are anybody's. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...(key === "labels" ? [] : keysOf(inner))]);
}

const known = new Set(namesIn(stackSchema(project)).flatMap((name) => [name, name.replace(`${project}:`, "")]));

/** Whether an example is of a stack file: other files of YAML have other keys, but for names. */
const isOfStack = (text: string): boolean =>
  [parse(text)]
    .flat()
    .some((value) => isObject(value) && Object.keys(value).some((key) => key !== "name" && known.has(key)));

const examples = pages.flatMap(blocksOf).filter(({ info, lines }) => info === "yaml" && isOfStack(lines.join("\n")));

test("GIVEN the pages WHEN their examples of stack files are looked for THEN there are some", () => {
  expect(examples.length).toBeGreaterThan(7);
});

const cases = examples.map(({ file, lines }) => {
  const first = lines.find((line) => !line.startsWith("#")) ?? "";
  return [`${file}: ${first}`, lines.join("\n")] as const;
});

test.each(cases)("GIVEN the example %s WHEN it is read THEN every key is one of a stack file", (_, text) => {
  const keys = keysOf(parse(text));
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
});
