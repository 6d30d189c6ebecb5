import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type JsonSchema, schemaText, stackSchema } from "../../../../infra/config/json-schema.ts";
import { parseConfig } from "../../../../infra/config/load.ts";
import { repo } from "../../../lab/settings.ts";

const project = "openstack-baremetal-compute";
const schema = stackSchema(project);
const judge = z.fromJSONSchema(schema);
const stacks = path.join(repo, "stacks");

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

const names = (await readdir(stacks)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
const texts = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(path.join(stacks, name), "utf8")] as const)),
);
const fileOf = (name: string): StackFile => parse(texts.get(name) ?? "") as StackFile;

/** Every key below a schema, with its path. */
function keysOf(at: JsonSchema, where = ""): [string, JsonSchema][] {
  const inner = [at.items, at.additionalProperties].filter((each) => typeof each === "object" && !Array.isArray(each));
  const own = Object.entries(at.properties ?? {}) as [string, JsonSchema][];
  return [
    ...own.flatMap(([key, value]): [string, JsonSchema][] => [
      [`${where}.${key}`, value],
      ...keysOf(value, `${where}.${key}`),
    ]),
    ...inner.flatMap((each) => keysOf(each as JsonSchema, `${where}[]`)),
  ];
}

test("GIVEN the config's schema WHEN stacks/schema.json is read THEN it is up to date (else: npm run schema)", async () => {
  expect(await readFile(path.join(stacks, "schema.json"), "utf8")).toBe(schemaText());
});

test("GIVEN an editor WHEN it shows a key THEN the key has a description", () => {
  const keys = keysOf(schema);
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter(([, { description }]) => (description ?? "") === "").map(([key]) => key)).toEqual([]);
});

test("GIVEN an editor WHEN it shows a key that takes a duration THEN the description says the longest", () => {
  const durations = keysOf(schema).filter(([, { pattern }]) => pattern?.includes("h)?(?:") === true);
  expect(durations).toHaveLength(20);
  expect(
    durations.filter(([, { description }]) => !/at most \d+h/.test(description ?? "")).map(([key]) => key),
  ).toEqual([]);
});

describe.each(names)("GIVEN stacks/%s", (name) => {
  test("WHEN an editor opens it THEN its first line names the schema, which accepts it", () => {
    expect(texts.get(name)).toMatch(/^# yaml-language-server: \$schema=schema\.json\n/);
    expect(judge.safeParse(fileOf(name)).error?.issues).toBeUndefined();
  });

  test("WHEN the program reads it THEN it has no error", () => {
    const own = Object.entries(fileOf(name).config).filter(([key]) => key.startsWith(`${project}:`));
    const { diagnostics } = parseConfig(
      Object.fromEntries(own.map(([key, value]) => [key.slice(project.length + 1), value])),
    );
    expect(diagnostics).toBeUndefined();
  });
});

describe("GIVEN a stack file that is wrong WHEN an editor checks it THEN it is refused", () => {
  const lab = fileOf("Pulumi.lab.yaml");
  const withKeys = (change: Readonly<Record<string, unknown>>): StackFile => ({
    ...lab,
    config: { ...lab.config, ...change },
  });

  test.each<[string, unknown]>([
    ["an unknown key", withKeys({ [`${project}:clod`]: "lab" })],
    ["a key without its namespace", withKeys({ cloud: "lab" })],
    ["a missing key", { config: {} }],
    ["a value of another type", withKeys({ [`${project}:pools`]: {} })],
    ["a secure value where a plain one belongs", withKeys({ [`${project}:cloud`]: { secure: "v1:a:b" } })],
    ["a key that Pulumi does not know", { ...lab, conifg: {} }],
  ])("%s", (_, file) => {
    expect(judge.safeParse(lab).success).toBe(true);
    expect(judge.safeParse(file).success).toBe(false);
  });

  test("BUT keys of other namespaces are none of its business", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,9}$/), fc.jsonValue(), (key, value) => {
        expect(judge.safeParse(withKeys({ [`pulumi:${key}`]: value })).success).toBe(true);
      }),
    );
  });
});
