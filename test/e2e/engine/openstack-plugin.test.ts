/** @shared reads the plugin's description of itself */

import { beforeAll, describe, expect, test } from "@jest/globals";
import { builds } from "../../lab/builds/build.ts";
import { Declarations, type Declared, type Shape } from "../../lab/builds/openstack-declarations.ts";
import { openstackTokens, type Tokens } from "../../lab/builds/openstack-tokens.ts";
import { chosen } from "../../lab/engine/choice.ts";
import { sh } from "../../lab/runtime/sh.ts";

interface Member extends Declared {
  readonly terraform: string;
}

interface Description {
  readonly config: Shape;
  readonly resources: Readonly<Record<string, Member>>;
  readonly functions: Readonly<Record<string, Member>>;
}

const shapes = (members: Readonly<Record<string, Member>>): Record<string, Declared> =>
  Object.fromEntries(Object.entries(members).map(([token, { inputs, outputs }]) => [token, { inputs, outputs }]));

const engine = await chosen();

describe("GIVEN the OpenStack plugin of the lab's engine", () => {
  if (engine?.kind === "official") {
    test("THEN it is the official one, from whose schema the npm package is generated", () => {
      expect(engine.description).toMatch(/^official pulumi/);
    });
    return;
  }
  let tokens: Tokens;
  let declarations: Declarations;
  let plugin: Description;
  beforeAll(async () => {
    tokens = await openstackTokens();
    declarations = new Declarations([...tokens.resources.values(), ...tokens.functions.values(), "provider"]);
    plugin = JSON.parse(await sh(await builds.openstackPlugin.path(), ["describe"])) as Description;
  });

  test("THEN its provider takes exactly what npm declares", () => {
    expect(plugin.config).toEqual(declarations.provider());
  });

  test("THEN each resource has exactly the properties, of the types, that npm declares", () => {
    const declared = Object.fromEntries([...tokens.resources].map(([token, it]) => [token, declarations.resource(it)]));
    expect(Object.keys(declared)).toHaveLength(105);
    expect(shapes(plugin.resources)).toEqual(declared);
  });

  test("THEN each function has exactly the arguments and results, of the types, that npm declares", () => {
    const declared = Object.fromEntries([...tokens.functions].map(([token, it]) => [token, declarations.function(it)]));
    expect(Object.keys(declared)).toHaveLength(53);
    // a data source has an id of its own whether its schema says so or not
    const withId = Object.entries(shapes(plugin.functions)).map(([token, { inputs, outputs }]) => [
      token,
      { inputs, outputs: { ...outputs, id: "string" } },
    ]);
    expect(Object.fromEntries(withId)).toEqual(declared);
  });
});
