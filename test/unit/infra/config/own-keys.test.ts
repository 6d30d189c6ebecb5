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
  ['{"classes":{"c":{"constructor":1}}}', "c", ["classes.c.constructor"]],
  ['{"classes":{"c":{"timeouts":{"toString":"1m"}}}}', "c", ["classes.c.timeouts.toString"]],
  ['{"classes":{"c":{"__proto__":{"flavor":"x"}}}}', "c", ["classes.c.__proto__"]],
  ['{"classes":{"c":{}}}', "constructor", ["pools[metal].class"]],
  ['{"classes":{"c":{}}}', "__proto__", ["pools[metal].class"]],
  ['{"classes":{"c":{}},"toString":1}', "c", ["toString"]],
])("GIVEN %s and a pool of the class %s WHEN it is judged THEN each is an error", (text, name, paths) => {
  expect(parseConfig(config(text, name)).diagnostics?.map(({ path }) => path)).toEqual(paths);
});
