import { expect, test } from "@jest/globals";
import { parseConfig } from "../../../../infra/config/load.ts";

// Keys of a stack file that every JavaScript object has a member of.

const config = (text: string, name: string): Record<string, unknown> => ({
  cloud: "lab",
  machineNetwork: { network: "net", subnet: "sub" },
  ...(JSON.parse(text) as object),
  pools: [{ name: "metal", replicas: 1, flavor: "f", image: "i", class: name }],
});

test.each([
  ["labels", '{"labels":{"__proto__":"x","a":"b"}}', "pools[metal].labels.__proto__"],
  ["a label that has keys itself", '{"labels":{"__proto__":{"a":"b"}}}', "pools[metal].labels.__proto__"],
  [
    "the Ignition fragments",
    '{"ignition":{"fragments":[{"__proto__":{}}]}}',
    "pools[metal].ignition.fragments[0].__proto__",
  ],
])("GIVEN the key __proto__ in %s of a pool WHEN it is judged THEN it is an error", (_, text, path) => {
  const given = config("{}", "c");
  const pools = [{ name: "metal", replicas: 1, flavor: "f", image: "i", ...(JSON.parse(text) as object) }];
  expect(parseConfig({ ...given, pools }).diagnostics?.map((diagnostic) => diagnostic.path)).toContain(path);
});

test("GIVEN a class named __proto__ WHEN it is judged THEN it is an error", () => {
  const given = config('{"classes":{"__proto__":{"flavor":"x"},"c":{}}}', "c");
  expect(parseConfig(given).diagnostics?.map(({ path }) => path)).toEqual(["classes.__proto__"]);
});

test.each([
  ['{"classes":{"c":{"constructor":1}}}', "c", ["classes.c.constructor"]],
  ['{"classes":{"c":{"timeouts":{"toString":"1m"}}}}', "c", ["classes.c.timeouts.toString"]],
  ['{"classes":{"c":{"__proto__":{"flavor":"x"}}}}', "c", ["classes.c.__proto__"]],
  ['{"classes":{"c":{}}}', "constructor", ["pools[metal].class"]],
  ['{"classes":{"c":{}}}', "__proto__", ["pools[metal].class"]],
  ['{"classes":{"c":{}},"toString":1}', "c", ["toString"]],
])("GIVEN %s and a pool of the class %s WHEN it is judged THEN each is an error", (text, name, paths) => {
  expect(parseConfig(config(text, name)).diagnostics?.map(({ path }) => path)).toEqual(paths);
});
