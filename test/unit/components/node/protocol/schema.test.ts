import { describe, expect, test } from "@jest/globals";
import { asProperties, nodeOutputs } from "../../../../../components/node/operation/types.ts";
import { configFailures } from "../../../../../components/node/protocol/config.ts";
import { schemaOf } from "../../../../../components/node/protocol/schema.ts";
import {
  check,
  claimDefaults,
  claimOptional,
  claimShape,
  membershipShape,
  nodeDefaults,
  nodeOptional,
  nodeShape,
  withDefaults,
} from "../../../../../components/node/resources/inputs.ts";
import { configSchema } from "../../../../../infra/config/schema.ts";
import { nodeInputs } from "../../../../support/node-fixtures.ts";

interface Schema {
  resources: Record<
    string,
    { inputProperties: object; requiredInputs: string[]; properties: object; required: string[] }
  >;
  types: Record<string, { properties: object; required: string[] }>;
  provider: { inputProperties: object };
}

const schema = JSON.parse(schemaOf("1.2.3")) as Schema;
const resource = (name: string) => {
  const found = schema.resources[`openshift-node:index:${name}`];
  if (!found) throw new Error(`the schema has no ${name}`);
  return found;
};
const sorted = (names: Iterable<string>) => [...names].sort();

describe("GIVEN the package schema, WHEN it is held against what Check demands", () => {
  test.each([
    ["OpenShiftNode", nodeShape, nodeOptional, nodeDefaults],
    ["NodeClaim", claimShape, claimOptional, claimDefaults],
    ["PoolMembership", membershipShape, {}, {}],
  ])(
    "THEN the inputs of %s are the same, and those without a default are required",
    (name, required, optional, defaults) => {
      const { inputProperties, requiredInputs } = resource(name);
      expect(sorted(Object.keys(inputProperties))).toEqual(sorted(Object.keys({ ...required, ...optional })));
      expect(sorted(requiredInputs)).toEqual(sorted(Object.keys(required).filter((it) => !(it in defaults))));
    },
  );

  test("THEN the outputs of an OpenShiftNode are those it has, and what an import adds", () => {
    const { inputProperties, properties } = resource("OpenShiftNode");
    const outputs = Object.keys(properties).filter((it) => !(it in inputProperties));
    expect(sorted(outputs)).toEqual(sorted([...nodeOutputs, "imported"]));
  });

  test.each([
    ["Timeouts", "timeouts"],
    ["Drain", "drain"],
  ] as const)("THEN the properties of %s are the same", (type, key) => {
    const { properties } = schema.types[`openshift-node:index:${type}`] ?? { properties: {} };
    expect(sorted(Object.keys(properties))).toEqual(sorted(Object.keys(nodeShape[key])));
  });

  test("THEN the provider's own arguments are the same", () => {
    const names = Object.keys(schema.provider.inputProperties);
    const [refusal] = configFailures({ other: "x" });
    expect(refusal?.reason).toBe(`is not one of the provider's arguments: ${names.join(", ")}`);
  });

  test("THEN every type that is referred to is there", () => {
    const references = JSON.stringify(schema).match(/"#\/types\/[^"]+"/g) ?? [];
    for (const it of references) expect(schema.types).toHaveProperty([it.slice('"#/types/'.length, -1)]);
  });
});

describe("GIVEN the defaults of the plugin", () => {
  test("WHEN they are held against those of the stack's config THEN they are the same", () => {
    const pool = { name: "a", replicas: 1, flavor: "f", image: "i" };
    const machineNetwork = { network: "n", subnet: "s" };
    const parsed = configSchema.parse({ cloud: "c", machineNetwork, pools: [pool] }).pools[0];
    expect(parsed).toMatchObject(nodeDefaults);
    expect(claimDefaults).toEqual({ removeTimeout: parsed?.timeouts.nodeRemoval });
  });

  test("WHEN the inputs leave out what has one THEN they are filled in, in depth, and Check passes", () => {
    const least = asProperties(
      Object.fromEntries(Object.entries(nodeInputs).filter(([key]) => !(key in nodeDefaults))),
    );
    const complete = withDefaults({ ...least, drain: { timeout: 60 } }, nodeDefaults);
    expect(complete).toEqual({
      ...least,
      ...nodeDefaults,
      drain: { ...(nodeDefaults["drain"] as object), timeout: 60 },
    });
    expect(check(complete, nodeShape, nodeOptional)).toEqual([]);
  });
});
