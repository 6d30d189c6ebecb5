import { expect, test } from "@jest/globals";
import fc from "fast-check";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../../../infra/config/load.ts";
import { renderPath } from "../../../../infra/config/paths.ts";
import { renderDiagnostics } from "../../../../infra/diagnostics/diagnostic.ts";
import { repo } from "../../../lab/settings.ts";

/** The config of a stack as the program gets it. */
type Config = Record<string, unknown>;
type Path = readonly (string | number)[];

const project = "openstack-baremetal-compute:";

async function stack(name: string): Promise<Config> {
  const text = await readFile(path.join(repo, `stacks/Pulumi.${name}.yaml`), "utf8");
  const { config } = parse(text) as { config: Config };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(project.length), value]));
}

const good = await Promise.all(["lab", "staging", "production"].map(stack));

const isObject = (value: unknown): value is Config =>
  value !== null && typeof value === "object" && !Array.isArray(value);

interface Place {
  readonly path: Path;
  readonly value: unknown;
}

/** Every value in a config, with the way to it. */
function places(value: unknown, at: Path = []): Place[] {
  const inner = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  const own = at.length > 0 ? [{ path: at, value }] : [];
  return [...own, ...inner.flatMap(([key, each]) => places(each, [...at, key]))];
}

function withValue(value: unknown, [key, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.map((each, i): unknown => (i === key ? withValue(each, rest, change) : each));
  const object = value as Config;
  return { ...object, [key]: withValue(object[key], rest, change) };
}

/** Objects whose keys are the user's own. */
const hasOwnKeys = (at: Path): boolean => ["labels", "classes"].includes(String(at.at(-1)));

const strings = ["", "\n", " "];

interface Mutation {
  readonly name: string;
  readonly suits: (place: Place) => boolean;
  readonly change: (value: unknown, pick: number) => unknown;
}

/** Changes of one place after which no config is right. */
const mutations: readonly Mutation[] = [
  {
    name: "an unknown key",
    suits: ({ path: at, value }) => isObject(value) && !hasOwnKeys(at),
    change: (value, pick) => ({
      ...(value as Config),
      [["colour", "flavour", "x", "ready ", "__proto"][pick % 5] ?? ""]: 1,
    }),
  },
  {
    name: "a key with a letter too many",
    suits: ({ path: at, value }) => isObject(value) && !hasOwnKeys(at) && Object.keys(value).length > 0,
    change: (value, pick) => {
      const entries = Object.entries(value as Config);
      const wrong = pick % entries.length;
      return Object.fromEntries(entries.map(([key, each], i) => [i === wrong ? `${key}${key.slice(-1)}` : key, each]));
    },
  },
  {
    name: "null or a value of another type",
    suits: () => true,
    change: (value, pick) => {
      const others = Array.isArray(value)
        ? [null, {}, 1.5, "a"]
        : isObject(value)
          ? [null, [[]], 1.5, "a"]
          : [null, {}, [], { a: 1 }];
      return others[pick % others.length];
    },
  },
  {
    name: "a number where a text belongs",
    suits: ({ value }) => typeof value === "string",
    change: (_, pick) => pick * -1.5,
  },
  {
    name: "a text where a number belongs",
    suits: ({ value }) => typeof value === "number",
    change: (_, pick) => strings[pick % strings.length],
  },
  {
    name: "a number out of every range",
    suits: ({ value }) => typeof value === "number",
    change: (_, pick) => [-2, -1e9, 0.5, 1e99, Number.NaN][pick % 5],
  },
  {
    name: "a duration that is none",
    suits: ({ path: at }) => at.includes("timeouts") || at.at(-1) === "urlLifetime",
    change: (_, pick) => ["0s", "soon", "5", "m5", "1d", "5m 3s", "-5m", "8785h"][pick % 8],
  },
  {
    name: "an address that is none",
    suits: ({ path: at }) => at.at(-1) === "fixedIp",
    change: (_, pick) => ["10.0.0.256", "10.0.0", "fd00::1::2", "10.0.0.1/24", "ten"][pick % 5],
  },
  {
    name: "a label or taint that no Node may have",
    suits: ({ path: at }) => at.at(-1) === "labels",
    change: (_, pick) =>
      [
        { "kubernetes.io/a": "" },
        { "a/b/c": "" },
        { "-a": "" },
        { a: "b c" },
        { "node-role.kubernetes.io/master": "" },
      ][pick % 5],
  },
];

const cases = good.flatMap((config) =>
  places(config).flatMap((place) =>
    mutations.filter(({ suits }) => suits(place)).map((mutation) => ({ config, place, mutation })),
  ),
);

const related = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

test("GIVEN the stacks of this repository WHEN nothing is changed THEN each is accepted", () => {
  for (const config of good) expect(parseConfig(config).diagnostics).toBeUndefined();
});

test("GIVEN a good stack WHEN any one place is spoilt in any of these ways THEN it is refused on one screen, with that path", () => {
  const refused = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...cases), fc.nat({ max: 34 }), ({ config, place, mutation }, pick) => {
      const bad = withValue(config, place.path, (value) => mutation.change(value, pick)) as Config;
      const { diagnostics = [] } = parseConfig(bad);
      const where = renderPath(place.path, bad);
      assert.notEqual(diagnostics.length, 0, `${mutation.name} at ${where} was accepted`);
      const paths = diagnostics.map((diagnostic) => diagnostic.path);
      assert.ok(
        paths.some((each) => related(each, where)),
        `${mutation.name} at ${where} was reported at ${paths.join(", ")}`,
      );
      const screen = renderDiagnostics(diagnostics);
      assert.ok(screen.split("\n").length < 40);
      assert.match(screen, /nothing was changed/);
      refused.add(JSON.stringify(bad));
    }),
    { numRuns: 1500 },
  );
  // as many different ones as were asked for
  expect(refused.size).toBeGreaterThan(300);
});
