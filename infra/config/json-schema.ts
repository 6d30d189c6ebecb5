import { z } from "zod";
import { configSchema } from "./schema.ts";
import { secretKeys } from "./secrets.ts";

/** A JSON Schema, draft 7: what the YAML language server of editors reads. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the engine itself keeps in a stack file: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ */
const engineKeys: Record<string, JsonSchema> = {
  encryptionsalt: { type: "string", description: "Salt of the passphrase's key, written by `pulumi stack init`" },
  encryptedkey: { type: "string", description: "Data key, encrypted by the secrets provider" },
  secretsprovider: {
    type: "string",
    description: "Provider that encrypts the secrets, e.g. `passphrase` or `awskms://...`",
  },
  environment: {
    description: "Pulumi ESC environments. Their values are merged; the file's own values take precedence",
  },
};

const secureValue: JsonSchema = {
  type: "object",
  properties: {
    secure: { type: "string", description: "The encrypted value, written by `pulumi config set --secret`" },
  },
  required: ["secure"],
  additionalProperties: false,
};

/** The value of a secret key is encrypted in the file; the value of any other key is plain text. */
function withSecrets(key: string, schema: JsonSchema): JsonSchema {
  if (!secretKeys.includes(key)) return schema;
  const { description = "" } = schema;
  return { ...secureValue, description };
}

/** The schema of the program's own keys, without the project's name before each. */
export const configJsonSchema = (): JsonSchema => z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });

/**
 * The schema of a whole stack file, `stacks/Pulumi.<env>.yaml`.
 *
 * @param project the project's name, the namespace of its keys
 */
export function stackSchema(project: string): JsonSchema {
  const { $schema, properties = {}, required = [] } = configJsonSchema();
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
        // keys of other namespaces, the engine's and the providers', are not checked here
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
