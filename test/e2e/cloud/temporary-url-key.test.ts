/** @shared one worker of a pool of its own, and the second temporary URL key of the account, which no other file has */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { get, pointerOf, signedUrl } from "../support/cloud/payload.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("accountkey");
const name = own.worker(0);

describe("GIVEN a stack with the temporary URL key of the object store's account", () => {
  const cleanup = new Cleanup();
  const key = randomBytes(32).toString("hex");
  let project: Project;

  beforeAll(async () => {
    project = await Project.withPool("temporary-url-key", { name: own.name, replicas: 1 });
    succeeded(await project.pulumi("config", "set", "--secret", "openstack-baremetal-compute:temporaryUrlKey", key));
  });
  afterAll(cleanup.run);

  test("WHEN the account does not have it THEN that is an error, which says what to do", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("temporaryUrlKey: the object store's account has no temporary URL key");
    expect(output).toContain("--property Temp-URL-Key-2=<key>");
    expect(code).toBe(1);
  });

  describe("WHEN the account has it, and up runs", () => {
    beforeAll(async () => {
      cleanup.push(await cloud.setSecondAccountKey(key));
      cleanup.push(async () => {
        succeeded(await project.destroy());
        expect(await own.leftovers()).toEqual([]);
      });
      succeeded(await project.up());
    });

    test("THEN the worker has fetched its config, and is Ready", async () => {
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN its URL is signed with the key, and no container has one", async () => {
      const { source, hash } = await pointerOf((await own.serverIds()).get(name) ?? "");
      const expires = Number(new URL(source).searchParams.get("temp_url_expires"));
      expect(source).toBe(signedUrl(source, key, expires));
      expect(await get(source)).toMatchObject({ status: 200, hash });
      await expect(project.temporaryUrlKey()).rejects.toThrow("no temp-URL key in the state");
    });

    test("THEN neither the state, the stack file nor what pulumi prints has the key in plain text", async () => {
      expect(await project.storedState()).not.toContain(key);
      expect(await readFile(project.stackFile, "utf8")).not.toContain(key);
      expect(project.transcript).not.toContain(key);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });
});
