/** @shared two workers of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { languageYaml } from "../../lab/builds/language-yaml.ts";
import { cluster, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { bootSource } from "../support/engine/boot-source.ts";
import { ExampleProgram } from "../support/engine/example-program.ts";
import { OwnPool } from "../support/own-pool.ts";

const own = new OwnPool("in-yaml");

describe("GIVEN a project in Pulumi YAML, with the component of examples/yaml-program", () => {
  const cleanup = new Cleanup();
  let program: ExampleProgram;

  beforeAll(
    async () => {
      program = await ExampleProgram.inYaml("yaml-program", "in-yaml", cleanup);
      const { flavor, image, network, subnet } = openstack;
      const names = { cloud: "lab", pool: own.name, infraId: cluster.infraId, flavor, image, network, subnet };
      const config = { ...names, ...(await bootSource()) };
      for (const [key, value] of Object.entries(config)) await program.pulumi("config", "set", key, value);
    },
    (languageYaml.step.timeout + 300) * 1000,
  );
  afterAll(cleanup.run);

  test("WHEN the engine is asked for the component's schema THEN it has the inputs of its TypeScript", async () => {
    const schema = JSON.parse(await program.pulumi("package", "get-schema", "./component")) as object;
    expect(schema).toMatchObject({
      resources: {
        "baremetal:index:Pool": {
          isComponent: true,
          inputProperties: { cloud: { type: "string" }, replicas: { type: "number" } },
          properties: { states: { type: "object", additionalProperties: { type: "string" } } },
        },
      },
    });
  });

  test("WHEN it is brought up THEN both workers are Ready, and nothing changes again", async () => {
    await program.pulumi("up", "--yes", "--skip-preview");
    const { states } = JSON.parse(await program.pulumi("stack", "output", "--json")) as { states: object };
    expect(states).toEqual({ [own.worker(0)]: "Ready", [own.worker(1)]: "Ready" });
    expect(await own.nodeNames()).toEqual([own.worker(0), own.worker(1)]);
    await program.pulumi("preview", "--expect-no-changes");
  });

  test("WHEN it is destroyed THEN nothing is left", async () => {
    await program.pulumi("destroy", "--yes", "--skip-preview");
    expect(await own.leftovers()).toEqual([]);
  });
});
