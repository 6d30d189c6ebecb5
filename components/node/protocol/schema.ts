import { z } from "zod";
import { accountKeyInputs, accountKeyOutputs } from "../schemas/account-key.ts";
import { known } from "../schemas/fields.ts";
import { containerClaimInputs } from "../schemas/container-claim.ts";
import { claimInputs } from "../schemas/node-claim.ts";
import { drainInputs } from "../schemas/node-drain.ts";
import { nodeInputs, nodeOutputs } from "../schemas/openshift-node.ts";
import { membershipInputs } from "../schemas/pool-membership.ts";
import { trunkClaimInputs } from "../schemas/trunk-claim.ts";
import { providerArgs } from "../schemas/provider.ts";

/**
 * The package schema (pulumi.com/docs/iac/guides/building-extending/packages/schema): what `pulumi import` writes a
 * program from. It is generated from the schemas that Check goes by.
 */

type Property = Record<string, unknown>;
type Shape = Readonly<Record<string, z.core.$ZodType>>;

const token = (name: string) => `openshift-node:index:${name}`;

/** Types that are referred to, by their names. */
type Types = Map<string, Property>;

interface Definition {
  description: string;
  inputs: z.ZodObject;
  /** properties besides the inputs */
  outputs: Shape;
}

/** An imported resource says so in its state. */
const imported = z.boolean().optional();

const resources: Record<string, Definition> = {
  AccountKey: {
    description: "The second temporary URL key of the object store's account",
    inputs: accountKeyInputs,
    outputs: accountKeyOutputs.shape,
  },
  ContainerClaim: {
    description: "The name of a pool's container in the object store",
    inputs: containerClaimInputs,
    outputs: {},
  },
  NodeClaim: { description: "The name of a worker in the cluster", inputs: claimInputs, outputs: { imported } },
  NodeDrain: { description: "The drain of a worker", inputs: drainInputs, outputs: { imported } },
  OpenShiftNode: {
    description: "A server's membership in the cluster",
    inputs: nodeInputs,
    outputs: { ...nodeOutputs.shape, imported },
  },
  PoolMembership: { description: "Who belongs to a pool", inputs: membershipInputs, outputs: {} },
  TrunkClaim: { description: "The trunk on a worker's port", inputs: trunkClaimInputs, outputs: {} },
};

/** The schema in JSON. */
export function schemaOf(version: string): string {
  const types: Types = new Map();
  const described = Object.entries(resources).map(([name, it]) => [token(name), describe(it, types)]);
  return JSON.stringify({
    name: "openshift-node",
    version,
    description: "Workers of an OpenShift cluster, by the name, the server and the pool that they are of",
    resources: Object.fromEntries(described) as Property,
    types: Object.fromEntries([...types].map(([name, it]) => [token(name), it])),
    provider: { inputProperties: properties(providerArgs.shape, types) },
  });
}

function describe({ description, inputs, outputs }: Definition, types: Types): Property {
  const inputProperties = properties(inputs.shape, types);
  const requiredInputs = required(inputs.shape);
  return {
    description,
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, ...properties(outputs, types) },
    required: [...requiredInputs, ...required(outputs)],
  };
}

function properties(shape: Shape, types: Types): Record<string, Property> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, property(schema, types)]));
}

/** Names of the properties that must be given: those without a default. */
function required(shape: Shape): string[] {
  return Object.keys(shape).filter((key) => shape[key] && !z.safeParse(shape[key], undefined).success);
}

function property(schema: z.core.$ZodType, types: Types): Property {
  const secret = z.globalRegistry.get(schema)?.["secret"] === true;
  return { ...typeOf(known(schema), types), ...(secret && { secret }) };
}

function typeOf(schema: z.core.$ZodType, types: Types): Property {
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return { type: "string" };
  if (schema instanceof z.ZodNumber) return { type: schema.format === "safeint" ? "integer" : "number" };
  if (schema instanceof z.ZodBoolean) return { type: "boolean" };
  if (schema instanceof z.ZodArray) return { type: "array", items: property(schema.element, types) };
  if (schema instanceof z.ZodRecord) return { type: "object", additionalProperties: property(schema.valueType, types) };
  if (schema instanceof z.ZodObject) return reference(schema, types);
  throw new Error(`the package schema has no type for ${schema._zod.def.type}`);
}

function reference(schema: z.ZodObject, types: Types): Property {
  const name = schema.meta()?.id;
  if (name === undefined) throw new Error("a type of the package schema has no name");
  types.set(name, {
    type: "object",
    properties: properties(schema.shape, types),
    required: required(schema.shape),
  });
  return { $ref: `#/types/${token(name)}` };
}
