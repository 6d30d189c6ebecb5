/** Alone on the lab: makes its cluster one of another platform, whose cloud controller is stopped. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { signers } from "../../../components/kubernetes/types.ts";
import { workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab, machineNetwork } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { serverIds } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import { signersOf } from "../support/cluster/identity.ts";
import { isUninitialized } from "../support/cluster/nodes.ts";
import { type Platform, reportPlatform, stopCloudController } from "../support/cluster/platform.ts";
import * as work from "../support/cluster/workloads.ts";
import { addressOf } from "../support/machines/compromised.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

const names = [0, 1].map((i) => workerName(lab.infraId, "unclouded", i));
const [first = "", second = ""] = names;
const app = "unclouded-web";

/** Platforms None and External report no machine networks. The lab's host names are those of its servers, from the config drive. */
const expectNetworks = { expect: { machineNetworks: [machineNetwork.cidr] } };

describe("GIVEN a cluster of platform None on servers of OpenStack", () => {
  const cleanup = new Cleanup();
  let project: Project;

  const configure = async (cluster: Config, replicas = 2): Promise<void> =>
    project.configure({ pools: await project.pools({ name: "unclouded", replicas }), cluster });

  beforeAll(async () => {
    project = await Project.create("no-cloud-controller");
    cleanup.push(await stopCloudController(), await reportPlatform("None"));
    cleanup.push(() => project.destroy());
    await work.remove([app]);
    cleanup.push(() => work.remove([app]));
  });
  afterAll(cleanup.run);

  describe("WHEN the config says another platform, or none", () => {
    test.each([
      ["no platform", undefined, /cluster\.platform: the cluster's platform is None: no cloud controller tells/],
      ["BareMetal", "BareMetal", /cluster\.platform: the config says BareMetal, but the cluster reports None/],
      ["OpenStack", "OpenStack", /cluster\.platform: the config says OpenStack, but the cluster reports None/],
    ])("THEN up with %s is refused, and makes nothing", async (_, platform, expected) => {
      await configure({ ...expectNetworks, platform });
      const { ok, output } = await project.up();
      expect(ok).toBe(false);
      expect(output).toMatch(expected);
      expect(await leftovers()).toEqual([]);
    });
  });

  describe("WHEN the config says so, and up runs", () => {
    let nodes: (V1Node | undefined)[] = [];
    let states: readonly V1Node[] = [];
    beforeAll(async () => {
      await configure({ ...expectNetworks, platform: "None" });
      const record = await kube.recordNodes(first);
      succeeded(await project.up());
      record.stop();
      states = record.states;
      nodes = await Promise.all(names.map(kube.node));
    });

    test("THEN both Nodes are Ready, without a providerID", () => {
      expect(nodes.map(kube.isReady)).toEqual([true, true]);
      expect(nodes.map((it) => it?.spec?.providerID)).toEqual([undefined, undefined]);
    });

    test("THEN no kubelet has waited for a cloud controller", () => {
      expect(states.length).toBeGreaterThan(0);
      expect(states.some(isUninitialized)).toBe(false);
    });

    test("THEN each Node has the address of its server's port, and no other", async () => {
      expect(nodes.map(kube.internalIps)).toEqual(await Promise.all(names.map(async (it) => [await addressOf(it)])));
    });

    test("THEN the client and serving requests of both kubelets are approved, and issued", async () => {
      for (const name of names) {
        expect(new Set(await signersOf(name))).toEqual(new Set([signers.client, signers.serving]));
      }
    });

    test("AND up and refresh run again THEN nothing changes", async () => {
      succeeded(await project.up("--expect-no-changes"));
      succeeded(await project.refresh("--expect-no-changes"));
    });
  });

  describe("WHEN a worker with pods is detached", () => {
    let record: kube.Recording<V1Pod>;
    beforeAll(async () => {
      await work.replicaSet(app, { only: names, rather: second }, 2);
      await work.running(second, [app], 2);
      record = await kube.recordPods(app);
      await configure({ ...expectNetworks, platform: "None" }, 1);
      succeeded(await project.up());
      record.stop();
    });

    test("THEN its pods are evicted, and run on the other", async () => {
      const ends = work.endsOf(record, second);
      expect(ends).toHaveLength(2);
      expect(ends.every(({ evicted }) => evicted)).toBe(true);
      await work.running(first, [app], 2);
    });

    test("THEN Node and server are gone, and the other's are there", async () => {
      expect(await kube.nodeNames()).toEqual([first]);
      expect([...(await serverIds()).keys()]).toEqual([first]);
    });
  });

  test("WHEN all are destroyed THEN nothing is left", async () => {
    await work.remove([app]);
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});

describe("GIVEN clusters of other platforms without a cloud controller", () => {
  const cleanup = new Cleanup();
  afterAll(cleanup.run);

  test.each<[Platform, Config]>([
    ["BareMetal", {}],
    ["External", expectNetworks],
  ])("WHEN %s is reported and configured THEN the preflight finds no errors", async (platform, cluster) => {
    const undo = await reportPlatform(platform);
    cleanup.push(undo);
    const project = await Project.create(`unclouded-${platform.toLowerCase()}`);
    await project.configure({
      pools: await project.pools({ name: "unclouded", replicas: 1 }),
      cluster: { ...cluster, platform },
    });
    const { code, output } = await project.preflight();
    expect(output).toContain("Nodes get no providerID: workers are known by name, address and key");
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
    await undo();
  });
});
