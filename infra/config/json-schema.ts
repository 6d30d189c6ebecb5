import { z } from "zod";
import { configSchema } from "./schema.ts";
import { secretKeys } from "./secrets.ts";

/** A JSON Schema, draft 7: what the YAML language server of editors reads. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the engine itself keeps in a stack file: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ */
const engineKeys: Record<string, JsonSchema> = {
  encryptionsalt: { type: "string", description: "Salt of the passphrase's key, written by `pulumi stack init`" },
  encryptedkey: { type: "string", description: "Data key that the secrets provider has encrypted" },
  secretsprovider: { type: "string", description: "Who encrypts the secrets, e.g. `passphrase` or `awskms://...`" },
  environment: { description: "Pulumi ESC environments whose values are merged below the file's own" },
};

const secureValue: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string", description: "The encrypted value, by `pulumi config set --secret`" } },
  required: ["secure"],
  additionalProperties: false,
};

/** A key whose value is a secret has it encrypted in the file; every other key has it in clear. */
function withSecrets(key: string, schema: JsonSchema): JsonSchema {
  if (!secretKeys.includes(key)) return schema;
  const { description = "" } = schema;
  return { ...secureValue, description };
}

/**
 * The schema of a whole stack file, `stacks/Pulumi.<env>.yaml`.
 *
 * @param project the project's name, the namespace of its keys
 */
export function stackSchema(project: string): JsonSchema {
  const { $schema, properties = {}, required = [] } = z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });
  const own = Object.entries(properties).map(([key, schema]) => [
    `${project}:${key}`,
    withSecrets(key, schema as JsonSchema),
  ]);
  return {
    ...($schema !== undefined && { $schema }),
    title: `A stack of ${project}`,
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "The stack's configuration",
        properties: Object.fromEntries(own) as Record<string, JsonSchema>,
        // of other namespaces, the engine's and the providers', nothing is known here
        patternProperties: { [`^(?!${project}:)[^:]+:.+`]: {} },
        required: required.map((key) => `${project}:${key}`),
        additionalProperties: false,
      },
      ...engineKeys,
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** Project of Pulumi.yaml. */
const project = "openstack-baremetal-compute";

/** The text of stacks/schema.json. */
export const schemaText = (): string => `${JSON.stringify(stackSchema(project), null, 2)}\n`;
