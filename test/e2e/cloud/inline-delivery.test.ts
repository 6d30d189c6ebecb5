/** @shared one worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { dataUrl } from "../../../components/ignition/data-url.ts";
import { rootOf } from "../../lab/metal/disk.ts";
import { hostPort, machineNetwork } from "../../lab/settings.ts";
import { admin } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { machineOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("inline");
const name = own.worker(0);
const text = "from the user data";
/** With its keys in their order: the engine sorts those of the config. */
const fragment = {
  ignition: { version: "3.2.0" },
  storage: { files: [{ contents: { source: dataUrl(text) }, mode: 0o644, path: "/etc/inline-delivery" }] },
};

describe("GIVEN a pool whose Ignition config is in the user data, with a fragment", () => {
  let project: Project;
  const deliver = async (delivery: "swift" | "inline"): Promise<void> =>
    project.configure({
      pools: await project.pools({ name: own.name, replicas: 1, ignition: { delivery, fragments: [fragment] } }),
    });
  const serverId = async (): Promise<string> => (await own.serverIds()).get(name) ?? "";

  beforeAll(async () => {
    project = await Project.create("inline-delivery");
    await deliver("inline");
    succeeded(await project.up());
  });

  afterAll(async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });

  test("WHEN its worker is attached THEN its Node is Ready, and nothing of it is in the object store", async () => {
    expect(kube.isReady(await kube.node(name))).toBe(true);
    expect(await own.containers()).toEqual([]);
  });

  test("WHEN its worker is attached THEN its machine was sent to the Machine Config Server, without a signed URL", async () => {
    const userData = await admin.userData(await serverId());
    expect(userData).toContain(`https://${hostPort(machineNetwork.apiVip, 22623)}/config/worker`);
    expect(userData).not.toContain("temp_url");
  });

  test("WHEN its worker is attached THEN its machine has what the fragment says", async () => {
    const machine = await machineOf(await serverId());
    expect(await readFile(path.join(rootOf(machine), "etc/inline-delivery"), "utf8")).toBe(text);
  });

  test("WHEN its state is read THEN the user data is encrypted in it", async () => {
    const encoded = dataUrl(JSON.stringify(fragment));
    expect(await project.export()).toContain(encoded);
    expect(await project.storedState()).not.toContain(encoded);
  });

  test("WHEN up runs again THEN nothing changes", async () => {
    succeeded(await project.up("--expect-no-changes"));
  });

  describe("WHEN the delivery is edited to the object store, and back", () => {
    let before = "";
    let during: readonly string[] = [];
    beforeAll(async () => {
      before = await serverId();
      await deliver("swift");
      succeeded(await project.up());
      during = await own.containers();
      await deliver("inline");
      succeeded(await project.up());
    });

    test("THEN its worker keeps its server", async () => {
      expect(await serverId()).toBe(before);
    });

    test("THEN the container comes, and goes", async () => {
      expect(during).toHaveLength(1);
      expect(await own.containers()).toEqual([]);
    });

    test("THEN nothing is left to change", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });
});
