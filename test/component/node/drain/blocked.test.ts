import { beforeEach, describe, expect, test } from "@jest/globals";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// What a drain says that does not come to its end: who is in the way, whose they are, and what protects them.

const harness = harnessForEachTest();
beforeEach(() => {
  harness.node();
});

const leave = (drain: object = {}) => harness.drain({ timeout: 2, ...drain });
const web = { labels: { app: "web" } };
const budget = (name: string, selector: object | null = { matchLabels: { app: "web" } }, namespace = "shop") =>
  harness.api.put("budgets", {
    metadata: { name, namespace },
    spec: { selector },
    status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 },
  } as never);
const refused = (): [number, object] =>
  failure(429, "Cannot evict pod", ["The disruption budget web needs 2 healthy pods and has 2 currently"]);
const several = (): [number, object] =>
  failure(500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
const listings = () => harness.api.requests.filter((it) => it.endsWith("/poddisruptionbudgets"));

describe("GIVEN pods that a disruption budget protects, WHEN the drain's time is up", () => {
  test("THEN each is named with its owner, and with the budget and the disruptions that it allows", async () => {
    harness.pod("web-1", { metadata: web });
    harness.pod("web-2", { metadata: web });
    budget("web");
    budget("other", { matchLabels: { app: "db" } });
    budget("elsewhere", {}, "bank");
    harness.api.onEvict = refused;
    const message = await failureOf(leave());
    for (const name of ["web-1", "web-2"]) {
      expect(message).toContain(
        `pod shop/${name} (ReplicaSet web): The disruption budget web needs 2 healthy pods and has 2 currently; ` +
          "PodDisruptionBudget web (disruptions allowed: 0; healthy: 2 of 2 needed)",
      );
    }
    expect(message).not.toMatch(/other|elsewhere/);
    expect(message).toMatch(/pools\[0\]\.drain\.timeout[^]*pools\[0\]\.drain\.onTimeout/);
  });

  test("THEN the budgets are read once for each namespace, and never before", async () => {
    for (const name of ["web-1", "web-2", "web-3"]) harness.pod(name, { metadata: web });
    budget("web");
    harness.api.onEvict = refused;
    const failing = failureOf(leave({ timeout: 3 }));
    await eventually(() => harness.infos.some((it) => it.includes("The disruption budget web needs 2")));
    expect(listings()).toHaveLength(0);
    await failing;
    expect(listings()).toHaveLength(1);
  });

  test("THEN budgets that cannot be read are reported, and hide nothing else", async () => {
    harness.pod("web-1", { metadata: web });
    harness.api.onEvict = refused;
    harness.api.onRequest = (request) =>
      request.endsWith("/poddisruptionbudgets") ? failure(403, "poddisruptionbudgets is forbidden") : undefined;
    const message = await failureOf(leave());
    expect(message).toMatch(
      /their disruption budgets could not be read: API server: poddisruptionbudgets is forbidden/,
    );
    expect(message).toMatch(/pod shop\/web-1 \(ReplicaSet web\): The disruption budget web/);
  });

  test("THEN every pod is named, however many", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `web-${i}`);
    for (const name of names) harness.pod(name, { metadata: web });
    harness.api.onEvict = refused;
    const message = await failureOf(leave());
    for (const name of names) expect(message).toContain(`shop/${name}`);
    expect(message.split("\n").length).toBeLessThan(30);
  });
});

describe("GIVEN a pod that two budgets count, which the API evicts never (500), WHEN the node leaves", () => {
  test("THEN it is reported at once with both names, and again in the error", async () => {
    harness.pod("web-1", { metadata: web });
    budget("web");
    budget("all", {});
    harness.api.onEvict = several;
    const message = await failureOf(leave());
    const both = /pod shop\/web-1.*PodDisruptionBudget web .*, PodDisruptionBudget all .*several budgets select/;
    expect(harness.warnings).toHaveLength(1);
    expect(harness.warnings[0]).toMatch(both);
    expect(message).toMatch(both);
  });

  test("THEN it goes as soon as one of them is narrowed", async () => {
    harness.pod("web-1", { metadata: web });
    harness.api.onEvict = () => (harness.warnings.length === 0 ? several() : undefined);
    await leave({ timeout: 15 });
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });
});

describe("GIVEN an eviction that is refused for another reason, WHEN the node leaves", () => {
  test("THEN a namespace that is being removed is waited for (kubectl, pkg/drain/drain.go)", async () => {
    harness.pod("web-1");
    harness.api.onEvict = () => failure(403, 'pods "web-1" is forbidden: namespace shop is being terminated');
    const left = leave({ timeout: 5 });
    await eventually(() => harness.infos.some((it) => it.includes("is being terminated")));
    harness.api.remove("pods", "web-1");
    await left;
  });

  test("THEN a missing permission is reported without waiting for the timeout", async () => {
    harness.pod("web-1");
    harness.api.onEvict = () =>
      failure(403, 'pods "web-1" is forbidden: User "u" cannot create resource "pods/eviction" in API group ""');
    const message = await failureOf(leave({ timeout: 60 }));
    expect(message).toMatch(/the kubeconfig's account is not permitted to remove pod shop\/web-1: .*pods\/eviction/);
    expect(message).toMatch(/server is untouched, and the node stays cordoned/);
  });

  test("THEN a pod that changes at this moment (409) is tried again", async () => {
    harness.pod("web-1");
    let tries = 0;
    harness.api.onEvict = () => (++tries < 2 ? failure(409, "the object has been modified") : undefined);
    await leave({ timeout: 10 });
    expect(tries).toBe(2);
  });
});

describe("GIVEN a pool whose drain does not evict (disableEviction), WHEN a node leaves", () => {
  test("THEN pods are deleted past their budgets, each by its uid and with the policy's grace", async () => {
    harness.pod("web-1", { metadata: { ...web, uid: "the-uid" } });
    const bodies: unknown[] = [];
    harness.api.onBody = (request, body) => {
      if (request.startsWith("DELETE")) bodies.push(body);
    };
    harness.api.onEvict = refused;
    await leave({ disableEviction: true, gracePeriod: 7 });
    expect(harness.api.requests.some((it) => it.endsWith("/eviction"))).toBe(false);
    expect(bodies).toEqual([
      { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: "the-uid" }, gracePeriodSeconds: 7 },
    ]);
  });

  test("THEN its policy still holds: an emptyDir and a bare pod are not given up", async () => {
    harness.pod("cache-1", { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
    harness.pod("bare", { metadata: { ownerReferences: [] } });
    const message = await failureOf(leave({ disableEviction: true, deleteEmptyDirData: false }));
    expect(message).toMatch(/shop\/cache-1.*emptyDir[^]*shop\/bare \(no controller\)/);
    expect(harness.api.requests.some((it) => it.startsWith("DELETE"))).toBe(false);
  });
});
