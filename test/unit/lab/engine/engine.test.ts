import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pinned } from "../../../lab/builds/build.ts";
import { officialKubernetesVersion } from "../../../lab/builds/kubernetes-plugin.ts";
import { openstackTokens } from "../../../lab/builds/openstack-tokens.ts";
import { homeOf } from "../../../lab/engine/choice.ts";
import { atLeast } from "../../../lab/engine/official.ts";
import { pulumiPackages } from "../../../lab/engine/packages.ts";
import { neededPlugins } from "../../../lab/engine/plugins.ts";
import { kubernetesSetting, repo } from "../../../lab/settings.ts";

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

describe("the official Kubernetes plugin", () => {
  afterEach(() => {
    Reflect.deleteProperty(process.env, kubernetesSetting);
  });

  test("is installed apart from the stand-in, and asked for by the environment variable alone", () => {
    const standIn = homeOf("built");
    process.env[kubernetesSetting] = "official";
    expect(homeOf("built")).not.toBe(standIn);
    expect(homeOf("official")).not.toBe(homeOf("built"));
    process.env[kubernetesSetting] = "";
    expect(homeOf("built")).toBe(standIn);
  });

  test("has the version whose commit its go.mod pins", async () => {
    const pins = await readFile(path.join(repo, "test/lab/builds/kubernetes-plugin/go.mod"), "utf8");
    const commit = await pinned("kubernetes-plugin", "github.com/pulumi/pulumi-kubernetes/provider/v4");
    expect(pins).toContain(`// ${commit.split("-").at(-1)} is the commit of the tag v${officialKubernetesVersion};`);
  });
});
