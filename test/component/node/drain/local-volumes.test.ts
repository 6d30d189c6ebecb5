import { beforeEach, describe, expect, test } from "@jest/globals";
import { worker } from "../../../support/node-fixtures.ts";
import { failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// A pod is evicted, and its volume stays on the disks of a machine that is about to be wiped: a scale-down lost one while
// the command was green.

const harness = harnessForEachTest();
beforeEach(() => harness.node());

const leave = (drain: object = {}) => harness.drain({ timeout: 20, ...drain });
const data = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }] };
const localVolume = (machine: string, name = "pv-1") =>
  harness.api.put("persistentvolumes", {
    metadata: { name },
    spec: {
      claimRef: { namespace: "shop", name: "data-db-0" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [machine] }] },
          ],
        },
      },
    },
    status: { phase: "Bound" },
  } as never);
const evictions = () => harness.api.requests.filter((it) => it.endsWith("/eviction"));

describe("GIVEN a claim on a volume of the machine's own disks, WHEN the node leaves", () => {
  test("THEN nothing is evicted, and claim, volume, pod and what to type are named", async () => {
    localVolume(worker.nodeName);
    harness.pod("db-0", { spec: data });
    const message = await failureOf(leave());
    expect(message).toMatch(/data on the disks of its machine would end with its server\. Its server is untouched/);
    expect(message).toContain("claim shop/data-db-0 (PersistentVolume pv-1), used by pod shop/db-0");
    expect(message).toContain("oc delete persistentvolumeclaim --namespace shop data-db-0");
    expect(message).toContain("pools[0].drain.localVolumes: lose");
    expect(evictions()).toEqual([]);
  });

  test("THEN it does so when the config gives the data up", async () => {
    localVolume(worker.nodeName);
    harness.pod("db-0", { spec: data });
    await leave({ localVolumes: "lose" });
    expect(evictions()).toHaveLength(1);
  });

  test("THEN onTimeout: force does not give it up", async () => {
    localVolume(worker.nodeName);
    expect(await failureOf(leave({ onTimeout: "force" }))).toContain("claim shop/data-db-0");
  });

  test("THEN onTimeout: force does not give up one that a late pod has had made that does not end", async () => {
    harness.pod("db-0", { spec: data });
    harness.api.onEvict = () => failure(429, "Cannot evict pod");
    harness.api.onRequest = (request) => {
      if (!/^DELETE .*\/pods\//.test(request)) return undefined;
      localVolume(worker.nodeName);
      return [200, {}];
    };
    const drain = harness.drain({ timeout: 1.5, onTimeout: "force" }, harness.operation(4, "delete"));
    expect(await failureOf(drain)).toContain("claim shop/data-db-0");
  });

  test("THEN one by the Node's hostname counts, one of another machine does not", async () => {
    localVolume("other");
    harness.node({ metadata: { labels: { "kubernetes.io/hostname": "short" } } });
    localVolume("short", "pv-2");
    const message = await failureOf(leave());
    expect(message).toContain("PersistentVolume pv-2");
    expect(message).not.toContain("PersistentVolume pv-1");
  });

  test("THEN one that a late pod has had made is found after the evictions", async () => {
    harness.pod("db-0", { spec: data });
    harness.api.onEvict = () => {
      localVolume(worker.nodeName);
      return undefined;
    };
    const message = await failureOf(leave());
    expect(message).toContain("claim shop/data-db-0");
    expect(message).toContain("1 pod was evicted: shop/db-0");
  });
});

describe("GIVEN an API server that does not show the volumes, WHEN the node leaves", () => {
  test("THEN it is asked again, and nothing is evicted before it answers", async () => {
    harness.pod("web-1");
    let asked = 0;
    harness.api.onRequest = (request) => {
      if (request !== "GET /api/v1/persistentvolumes") return undefined;
      expect(evictions()).toEqual([]);
      return ++asked < 3 ? failure(503, "starting") : undefined;
    };
    await leave();
    expect([asked, evictions().length]).toEqual([3, 1]);
  });

  test("THEN what was made while its watch was cut is waited for, too", async () => {
    harness.pod("db-0", { spec: data });
    let refusals = 0;
    harness.api.onRequest = (request) =>
      request === "GET /api/v1/persistentvolumes" && refusals-- > 0 ? failure(503, "starting") : undefined;
    harness.api.onEvict = () => {
      refusals = 3;
      harness.api.cut(true);
      localVolume(worker.nodeName);
      return undefined;
    };
    expect(await failureOf(leave())).toContain("claim shop/data-db-0");
  });

  test("THEN an account that may not list them is told, with who declares the permission", async () => {
    harness.pod("web-1");
    const forbidden = 'persistentvolumes is forbidden: User "x" cannot list resource "persistentvolumes"';
    harness.api.onRequest = (request) =>
      request === "GET /api/v1/persistentvolumes" ? failure(403, forbidden) : undefined;
    const message = await failureOf(leave());
    expect(message).toMatch(/cannot list resource "persistentvolumes".*infra\/registrar/);
    expect(evictions()).toEqual([]);
  });
});
