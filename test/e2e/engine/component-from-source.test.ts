/** @shared uses the engine only, with a backend of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "../../lab/engine/environment.ts";
import { repo } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";

const sdk = path.join(repo, "node_modules/@pulumi/pulumi");

describe("GIVEN a component in TypeScript, in a folder with a PulumiPlugin.yaml", () => {
  const cleanup = new Cleanup();
  let folder: string;

  async function pulumi(...args: string[]): Promise<string> {
    const env = { ...(await engineEnv()), PULUMI_BACKEND_URL: `file://${folder}/backend?metadata=skip` };
    const cwd = path.join(folder, "program");
    const { stdout } = await execa("pulumi", args, { cwd, env, extendEnv: false, stdin: "ignore" });
    return stdout;
  }

  /** The engine installs a plugin's packages by npm, and a program's are there already. */
  beforeAll(async () => {
    folder = await cleanup.folder("component-from-source");
    await cp(path.join(import.meta.dirname, "component-from-source"), folder, { recursive: true });
    await mkdir(path.join(folder, "backend"));
    const manifest = path.join(folder, "plugin/package.json");
    const plugin = JSON.parse(await readFile(manifest, "utf8")) as object;
    await writeFile(manifest, JSON.stringify({ ...plugin, dependencies: { "@pulumi/pulumi": `file:${sdk}` } }));
    await mkdir(path.join(folder, "program/node_modules/@pulumi"), { recursive: true });
    await symlink(sdk, path.join(folder, "program/node_modules/@pulumi/pulumi"));
  });
  afterAll(cleanup.run);

  test("WHEN the engine is asked for its schema THEN it has the inputs and outputs of the class", async () => {
    const schema = JSON.parse(await pulumi("package", "get-schema", "../plugin")) as object;
    expect(schema).toMatchObject({
      resources: {
        "fixture-components:index:Greeting": {
          isComponent: true,
          inputProperties: { name: { type: "string" } },
          properties: { text: { type: "string" } },
        },
      },
    });
  });

  test("WHEN another program declares it THEN it is made by the folder's code", async () => {
    await pulumi("stack", "init", "dev");
    await pulumi("up", "--yes", "--skip-preview");
    expect(JSON.parse(await pulumi("stack", "output", "--json"))).toEqual({ text: "hello lab" });
  });
});
