import { describe, expect, test } from "@jest/globals";
import { importedPackages, packageManifest } from "../../../package/manifest.ts";

describe("GIVEN compiled modules WHEN their imports are read", () => {
  test.each<[string, string, readonly string[]]>([
    ["a package", 'import { z } from "zod";', ["zod"]],
    ["a module of a scoped one", 'export * from "@pulumi/pulumi/runtime/mocks.js";', ["@pulumi/pulumi"]],
    ["one that is loaded later", 'const { parse } = await import("yaml");', ["yaml"]],
    ["none of Node's own, or of its own files", 'import "node:fs"; import "./a.js"; import "../b.js";', []],
    ["none in a text", 'const text = `write "x" from "y", then import("z")`;', []],
  ])("THEN %s is found", (_, text, expected) => {
    expect(importedPackages([text])).toEqual(expected);
  });

  test("THEN each is named once, in order", () => {
    expect(importedPackages(['import "zod"; import "yaml";', 'import "zod";'])).toEqual(["yaml", "zod"]);
  });
});

describe("GIVEN the project's manifest", () => {
  const project = {
    version: "1.2.3",
    license: "Apache-2.0",
    description: "d",
    engines: { node: ">=22.19" },
    dependencies: { zod: "4.6.7", "@pulumi/pulumi": "3.276.0", unused: "1.0.0" },
  };

  test("WHEN the package's is made THEN Pulumi is a peer, and what nothing imports is left out", () => {
    expect(packageManifest(project, ["@pulumi/pulumi", "zod"])).toMatchObject({
      name: "openstack-baremetal-compute",
      version: "1.2.3",
      private: true,
      engines: { node: ">=22.19" },
      dependencies: { zod: "4.6.7" },
      peerDependencies: { "@pulumi/pulumi": "^3.276.0" },
    });
  });

  test("WHEN a module imports what is not a dependency THEN that is an error", () => {
    expect(() => packageManifest(project, ["jest"])).toThrow("jest is imported, but not among the dependencies");
  });
});
