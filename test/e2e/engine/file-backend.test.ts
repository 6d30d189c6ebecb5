/** @shared uses the engine only, with a backend of its own */

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { engineEnv } from "../../lab/engine/environment.ts";
import { Cleanup } from "../support/cleanup.ts";

// Pulumi writes two files for a state: the state by an atomic rename, its attributes not (gocloud.dev, fileblob/attrs.go).

describe("GIVEN a stack on a file backend", () => {
  const cleanup = new Cleanup();
  let folder: string;
  const state = (): string => path.join(folder, "backend/.pulumi/stacks/project/dev.json");
  const attributes = (): string => `${state()}.attrs`;

  async function pulumi(query: string, ...args: string[]): Promise<string> {
    const env = { ...(await engineEnv()), PULUMI_BACKEND_URL: `file://${folder}/backend${query}` };
    const { all } = await execa("pulumi", args, { cwd: folder, env, extendEnv: false, all: true, reject: false });
    return all;
  }

  beforeEach(async () => {
    folder = await cleanup.folder("file-backend");
    await mkdir(path.join(folder, "backend"));
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
  });
  afterEach(cleanup.run);

  test("WHEN a kill leaves its attributes empty THEN the state cannot be read, until they are removed", async () => {
    await pulumi("", "stack", "init", "dev");
    await writeFile(attributes(), "");
    expect(await pulumi("", "stack", "export")).toContain("failed to load checkpoint: EOF");
    await rm(attributes());
    expect(await pulumi("", "stack", "export")).toContain('"version": 3');
  });

  test("WHEN the URL is as the lab's THEN there are no attributes that a kill could leave empty", async () => {
    const { PULUMI_BACKEND_URL = "" } = await engineEnv();
    await pulumi(new URL(PULUMI_BACKEND_URL).search, "stack", "init", "dev");
    expect(existsSync(state())).toBe(true);
    expect(existsSync(attributes())).toBe(false);
  });
});
