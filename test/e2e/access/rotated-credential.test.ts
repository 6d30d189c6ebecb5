/** @shared a pool of its own without workers, and application credentials of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import path from "node:path";
import { Cleanup } from "../support/cleanup.ts";
import { type ApplicationCredential, applicationCredential } from "../support/cloud/account.ts";
import { withCredential, writeClouds } from "../support/cloud/clouds-yaml.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("rotated");

describe("GIVEN a stack that was made with a credential that is revoked by now", () => {
  const cleanup = new Cleanup();
  let file = "";
  let project: Project;
  let former: ApplicationCredential;
  let current: ApplicationCredential;

  const use = (credential: ApplicationCredential): Promise<unknown> => writeClouds(file, withCredential(credential));

  beforeAll(async () => {
    file = path.join(await cleanup.folder("rotated"), "clouds.yaml");
    [former, current] = [await applicationCredential(), await applicationCredential()];
    cleanup.push(current.undo);
    await use(former);
    const pool = { name: own.name, replicas: 0 };
    project = await Project.withPool("rotated-credential", pool, {}, { OS_CLIENT_CONFIG_FILE: file });
    succeeded(await project.up());
    await former.undo();
  });
  afterAll(cleanup.run);

  test("WHEN clouds.yaml does not have the new one yet THEN destroy fails, and everything is kept", async () => {
    const run = await project.destroy();
    expect(run.ok).toBe(false);
    expect(await own.leftovers()).toEqual([expect.stringContaining("rotated")]);
  });

  test("WHEN the state is searched THEN neither secret is in it", async () => {
    const state = await project.export();
    for (const { secret } of [former, current]) expect(state).not.toContain(secret);
  });

  test("WHEN clouds.yaml has the new one THEN destroy leaves nothing", async () => {
    await use(current);
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
