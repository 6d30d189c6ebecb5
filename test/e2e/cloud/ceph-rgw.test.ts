/** @nightly a real Ceph RGW in the place of the lab's Swift, for which Debian's packages are downloaded (npm run test:rgw) */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import path from "node:path";
import { loopback, machineNetwork, openstack, ports, stateDir } from "../../lab/settings.ts";
import { Ceph } from "../../rgw/ceph.ts";
import { Cleanup } from "../support/cleanup.ts";
import { writeClouds } from "../support/cloud/clouds-yaml.ts";
import { get, pointerOf } from "../support/cloud/payload.ts";
import { makeRegion } from "../support/cloud/region.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("rgw");
const name = own.worker(0);
const region = "RegionCeph";

/** The gateway checks tokens as the lab's Swift does. */
const identity = {
  url: `http://${loopback}:${ports.keystone}`,
  user: "swift",
  password: openstack.servicePassword,
  project: "service",
};

describe("GIVEN a stack in a region whose object store is a real Ceph RGW, with manageAccountKey, WHEN up runs", () => {
  const cleanup = new Cleanup();
  let ceph: Ceph;
  let project: Project;

  beforeAll(async () => {
    ceph = await Ceph.start(machineNetwork.gateway, identity);
    cleanup.push(() => ceph.stop());
    cleanup.push(await makeRegion(region, { "object-store": ceph.url }));
    const env = await writeClouds(
      path.join(stateDir, "e2e", "ceph-rgw.yaml"),
      (entry) => (entry["region_name"] = region),
    );
    project = await Project.withPool("ceph-rgw", { name: own.name, replicas: 1 }, { manageAccountKey: true }, env);
    cleanup.push(async () => {
      succeeded(await project.destroy());
      expect(await own.leftovers()).toEqual([]);
    });
    succeeded(await project.up());
  });
  afterAll(cleanup.run);

  test("THEN the worker has fetched its config from there, by a URL of the digest that the release accepts, and is Ready", async () => {
    const { source, hash } = await pointerOf((await own.serverIds()).get(name) ?? "");
    expect(source).toContain(`http://${machineNetwork.gateway}:`);
    expect(new URL(source).searchParams.get("temp_url_sig")).toMatch(/^[0-9a-f]{40}$/);
    expect(await get(source)).toMatchObject({ status: 200, hash });
    expect(kube.isReady(await kube.node(name))).toBe(true);
  });

  test("THEN another up changes nothing", async () => {
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN the pool is detached THEN no container is left", async () => {
    expect(await ceph.containers()).toHaveLength(1);
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
    expect(await ceph.containers()).toEqual([]);
  });
});
