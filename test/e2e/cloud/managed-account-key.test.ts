/** Alone on the lab: it has the second temporary URL key of the account set, which another file sets as well */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { get, pointerOf, signedUrl } from "../support/cloud/payload.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("managedkey");
const name = own.worker(0);

describe("GIVEN a stack that is to set the second temporary URL key of the object store's account", () => {
  const cleanup = new Cleanup();
  let project: Project;

  beforeAll(async () => {
    expect(await cloud.secondAccountKey()).toBeUndefined();
    project = await Project.withPool(
      "managed-account-key",
      { name: own.name, replicas: 1 },
      { manageAccountKey: true },
    );
  });
  afterAll(cleanup.run);

  test("WHEN it is previewed THEN the key is to be created, and the account has none yet", async () => {
    expect(succeeded(await project.pulumi("preview"))).toMatch(/openshift-node:index:AccountKey account-key create/);
    expect(await cloud.secondAccountKey()).toBeUndefined();
  });

  test("WHEN the account has somebody's THEN preflight refuses it, and says what to do", async () => {
    const undo = await cloud.setSecondAccountKey("somebody");
    try {
      const { code, output } = await project.preflight();
      expect(output).toContain("manageAccountKey: the account has a second temporary URL key of somebody else");
      expect(code).toBe(1);
    } finally {
      await undo();
    }
  });

  describe("WHEN up runs", () => {
    let key = "";

    beforeAll(async () => {
      cleanup.push(() => cloud.unsetSecondAccountKey());
      cleanup.push(async () => {
        succeeded(await project.destroy());
        expect(await own.leftovers()).toEqual([]);
      });
      succeeded(await project.up());
      key = (await cloud.secondAccountKey()) ?? "";
    });

    test("THEN the worker has fetched its config with a URL that the account's key signs, and is Ready", async () => {
      expect(key).toMatch(/^openstack-baremetal-compute-[0-9a-f]{64}$/);
      const { source, hash } = await pointerOf((await own.serverIds()).get(name) ?? "");
      expect(source).toBe(signedUrl(source, key, Number(new URL(source).searchParams.get("temp_url_expires"))));
      expect(await get(source)).toMatchObject({ status: 200, hash });
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN neither the state nor what pulumi prints has the key in plain text", async () => {
      expect(await project.storedState()).not.toContain(key);
      expect(project.transcript).not.toContain(key);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
      expect(await cloud.secondAccountKey()).toBe(key);
    });

    test("WHEN somebody has removed the key THEN the next up sets the same again, and touches no server", async () => {
      const before = await own.serverIds();
      await cloud.unsetSecondAccountKey();
      expect(succeeded(await project.up())).toMatch(/openshift-node:index:AccountKey account-key updated/);
      expect(await cloud.secondAccountKey()).toBe(key);
      expect(await own.serverIds()).toEqual(before);
    });

    test("WHEN the pool is detached THEN the account keeps the key, and the line says how to remove it", async () => {
      expect(succeeded(await project.destroy())).toContain("account unset --property Temp-URL-Key-2");
      expect(await own.leftovers()).toEqual([]);
      expect(await cloud.secondAccountKey()).toBe(key);
    });
  });
});
