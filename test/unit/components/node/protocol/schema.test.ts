import { describe, expect, test } from "@jest/globals";
import { asProperties } from "../../../../../components/node/operation/types.ts";
import { configFailures } from "../../../../../components/node/protocol/config.ts";
import { schemaOf } from "../../../../../components/node/protocol/schema.ts";
import { check, withDefaults } from "../../../../../components/node/schemas/check.ts";
import { accountKeyInputs } from "../../../../../components/node/schemas/account-key.ts";
import { containerClaimInputs } from "../../../../../components/node/schemas/container-claim.ts";
import { claimInputs } from "../../../../../components/node/schemas/node-claim.ts";
import { drainInputs } from "../../../../../components/node/schemas/node-drain.ts";
import { nodeOutputs, nodeInputs as nodeSchema } from "../../../../../components/node/schemas/openshift-node.ts";
import { membershipInputs } from "../../../../../components/node/schemas/pool-membership.ts";
import { trunkClaimInputs } from "../../../../../components/node/schemas/trunk-claim.ts";
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
const nodeDefaults = withDefaults(nodeSchema, {});
const sorted = (names: Iterable<string>) => [...names].sort();

describe("GIVEN the package schema, WHEN it is held against what Check demands", () => {
  test.each([
    ["OpenShiftNode", nodeSchema],
    ["AccountKey", accountKeyInputs],
    ["ContainerClaim", containerClaimInputs],
    ["NodeClaim", claimInputs],
    ["NodeDrain", drainInputs],
    ["PoolMembership", membershipInputs],
    ["TrunkClaim", trunkClaimInputs],
  ])("THEN the inputs of %s are the same, and those are required that Check misses", (name, inputs) => {
    const { inputProperties, requiredInputs } = resource(name);
    expect(sorted(Object.keys(inputProperties))).toEqual(sorted(Object.keys(inputs.shape)));
    const missing = check(inputs, {}).failures;
    expect(new Set(missing.map((it) => it.reason))).toEqual(new Set(["is required"]));
    expect(sorted(requiredInputs)).toEqual(sorted(missing.map((it) => it.property)));
  });

  test("THEN the outputs of an OpenShiftNode are those it has, and what an import adds", () => {
    const { inputProperties, properties } = resource("OpenShiftNode");
    const outputs = Object.keys(properties).filter((it) => !(it in inputProperties));
    expect(sorted(outputs)).toEqual(sorted([...Object.keys(nodeOutputs.shape), "imported"]));
  });

  test.each([
    ["Timeouts", "timeouts"],
    ["Drain", "drain"],
  ] as const)("THEN the properties of %s are the same", (type, key) => {
    const { properties } = schema.types[`openshift-node:index:${type}`] ?? { properties: {} };
    expect(sorted(Object.keys(properties))).toEqual(sorted(Object.keys(nodeDefaults[key] as object)));
  });

  test("THEN the provider's own arguments are the same", () => {
    const names = Object.keys(schema.provider.inputProperties);
    const [refusal] = configFailures({ other: "x" });
    expect(refusal?.reason).toBe(`is not one of the provider's arguments: ${names.join(", ")}`);
  });

  test.each([
    [
      "a Drain",
      () => schema.types["openshift-node:index:Drain"]?.properties,
      {
        timeout: { type: "number" },
        gracePeriod: { type: "integer" },
        deleteEmptyDirData: { type: "boolean" },
        force: { type: "boolean" },
        disableEviction: { type: "boolean" },
        onTimeout: { type: "string" },
        localVolumes: { type: "string" },
      },
    ],
    [
      "a Taint",
      () => schema.types["openshift-node:index:Taint"],
      {
        type: "object",
        properties: { key: { type: "string" }, value: { type: "string" }, effect: { type: "string" } },
        required: ["key", "effect"],
      },
    ],
    [
      "the provider",
      () => schema.provider.inputProperties,
      {
        kubeconfig: { type: "string", secret: true },
        context: { type: "string" },
        proxy: { type: "string", secret: true },
        ca: { type: "string" },
        clusterUid: { type: "string" },
        cloud: { type: "string" },
        cloudProject: { type: "string" },
        cloudRegion: { type: "string" },
        cloudUnproven: { type: "boolean" },
        lostNodes: { type: "string" },
        clusterUnreachable: { type: "string" },
        expectedWorkers: { type: "integer" },
      },
    ],
    [
      "the addresses, labels and taints of a node",
      () => {
        const { fixedIps, labels, taints } = resource("OpenShiftNode").inputProperties as Record<string, unknown>;
        return { fixedIps, labels, taints };
      },
      {
        fixedIps: { type: "array", items: { type: "string" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        taints: { type: "array", items: { $ref: "#/types/openshift-node:index:Taint" } },
      },
    ],
  ])("THEN the types of %s are the engine's", (_, found, expected) => {
    expect(found()).toEqual(expected);
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
    expect(withDefaults(claimInputs, {})).toEqual({
      removeTimeout: parsed?.timeouts.nodeRemoval,
      deleteTimeout: parsed?.timeouts.delete,
      drain: parsed?.drain,
    });
    expect(withDefaults(containerClaimInputs, {})).toEqual({ removeTimeout: parsed?.timeouts.nodeRemoval });
    expect(withDefaults(trunkClaimInputs, {})).toEqual({ removeTimeout: parsed?.timeouts.nodeRemoval });
  });

  test("WHEN the inputs leave out what has one THEN they are filled in, in depth, and Check passes", () => {
    const least = asProperties(
      Object.fromEntries(Object.entries(nodeInputs).filter(([key]) => !(key in nodeDefaults))),
    );
    const complete = withDefaults(nodeSchema, { ...least, drain: { timeout: 60 } });
    expect(complete).toEqual({
      ...least,
      ...nodeDefaults,
      drain: { ...(nodeDefaults["drain"] as object), timeout: 60 },
    });
    expect(check(nodeSchema, complete).failures).toEqual([]);
  });
});
