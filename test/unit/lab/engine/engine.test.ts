import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openstackTokens } from "../../../lab/builds/openstack-tokens.ts";
import { atLeast } from "../../../lab/engine/official.ts";
import { pulumiPackages } from "../../../lab/engine/packages.ts";
import { neededPlugins } from "../../../lab/engine/plugins.ts";
import { repo } from "../../../lab/settings.ts";

describe("atLeast", () => {
  test("compares numbers, not text", () => {
    expect(atLeast("3.200.0", "3.99.9")).toBe(true);
    expect(atLeast("3.199.9", "3.200.0")).toBe(false);
    expect(atLeast("3.200.0", "3.200.0")).toBe(true);
    expect(atLeast("4.0.0", "3.200.0")).toBe(true);
  });

  test("is a total order", () => {
    const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(atLeast(a, b) && atLeast(b, a)).toBe(a === b);
        expect(atLeast(a, b) || atLeast(b, a)).toBe(true);
      }),
    );
  });
});

test("the language host asks for the plugins that the lab installs, of the same versions", async () => {
  const asked = (await pulumiPackages(repo)).map(({ name, version }) => ({ name, version: version.replace(/^v/, "") }));
  expect(asked.sort((a, b) => (a.name < b.name ? 1 : -1))).toEqual(await neededPlugins());
});

test("the tokens of the npm package are read with their modules", async () => {
  const { resources, functions } = await openstackTokens();
  expect(resources.size).toBe(105);
  expect(functions.size).toBe(53);
  expect(resources.get("openstack:compute/instance:Instance")).toBe("compute/instance");
  expect(functions.get("openstack:networking/getSubnet:getSubnet")).toBe("networking/getSubnet");
});
