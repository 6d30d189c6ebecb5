import { describe, expect, test } from "@jest/globals";
import type { ResourceValidation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { policies } from "../../../policy/policies.ts";
import { types } from "../../../policy/rules.ts";
import { repo } from "../../lab/settings.ts";

/** The defaults of a policy's config, which the engine fills in. */
const defaultsOf = ({ configSchema }: ResourceValidationPolicy): Record<string, unknown> =>
  Object.fromEntries(Object.entries(configSchema?.properties ?? {}).map(([key, it]) => [key, it.default]));

const resource = (type: string, props: object, stack: string): Omit<ResourceValidationArgs, "getConfig"> => ({
  type,
  name: "a",
  urn: `urn:pulumi:${stack}::project::${type}::a`,
  props,
  opts: {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    additionalSecretOutputs: [],
    customTimeouts: { createSeconds: 60, updateSeconds: 0, deleteSeconds: 60 },
  },
  stackTags: new Map(),
  isType: () => false,
  asType: () => undefined,
  notApplicable: () => {
    throw new Error("not applicable");
  },
});

/** What the pack reports, as `policy: message`, with the config in the place of defaults. */
async function reported(
  args: Omit<ResourceValidationArgs, "getConfig">,
  config: Readonly<Record<string, object>> = {},
): Promise<string[]> {
  const found: string[] = [];
  for (const policy of policies) {
    const settings = { ...defaultsOf(policy), ...config[policy.name] };
    const validations: ResourceValidation[] = [policy.validateResource ?? []].flat();
    for (const validate of validations)
      await validate({ ...args, getConfig: () => settings as never }, (message) =>
        found.push(`${policy.name}: ${message}`),
      );
  }
  return found;
}

describe("GIVEN the policy pack with its default config", () => {
  test.each<[string, object, readonly string[]]>([
    [types.server, {}, ["server-timeouts", "server-timeouts", "delete-before-replace", "protect-in-production"]],
    [types.port, {}, ["delete-before-replace", "protect-in-production"]],
    [types.container, { containerRead: ".r:*" }, ["no-public-container"]],
    [
      types.drain,
      { drain: { onTimeout: "force" }, configPath: "pools[gpu]" },
      ["protect-in-production", "no-forced-drain-in-production"],
    ],
    ["kubernetes:core/v1:Pod", {}, []],
  ])("WHEN %s breaks every rule in production THEN each policy reports its own", async (type, props, expected) => {
    const found = await reported(resource(type, props, "production"));
    expect(found.map((line) => line.split(": ")[0])).toEqual(expected);
  });

  test("WHEN the config sets bounds and names of stacks THEN these apply", async () => {
    const config = {
      "server-timeouts": { minimumCreate: 1, minimumDelete: 1 },
      "protect-in-production": { productionStacks: "^live$" },
    };
    const found = await reported(resource(types.server, {}, "production"), config);
    expect(found.map((line) => line.split(": ")[0])).toEqual(["delete-before-replace"]);
  });
});

test("GIVEN the pack's manifest WHEN it is copied elsewhere THEN it asks for the version that the tests used", async () => {
  const manifest = async (file: string): Promise<{ dependencies: Record<string, string> }> =>
    JSON.parse(await readFile(path.join(repo, file), "utf8")) as { dependencies: Record<string, string> };
  const [pack, project] = await Promise.all([manifest("policy/package.json"), manifest("package.json")]);
  expect(pack.dependencies["@pulumi/policy"]).toBe(project.dependencies["@pulumi/policy"]);
});
