import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { podsLeft } from "../../../components/node/drain/policy.ts";
import { claimName, releaseName } from "../../../components/node/metadata/claim.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../support/node-harness.ts";

const harness = harnessForEachTest();
/** The cloud has no server of this stack. */
const nobodys = () => Promise.resolve(false);

describe("GIVEN a claim", () => {
  const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5 };
  const release = () => releaseName(harness.cluster, harness.operation(), claim, podsLeft);
  const stale = { ready: "Unknown", metadata: { annotations: { [annotations.owner]: owner } } };

  test("WHEN no Node has the name THEN it is ours", async () => {
    await expect(claimName(harness.cluster, harness.operation(), claim, nobodys)).resolves.toBeUndefined();
  });

  test("WHEN a Node has the name THEN it is refused", async () => {
    harness.node();
    expect(await failureOf(claimName(harness.cluster, harness.operation(), claim, nobodys))).toMatch(
      /taken by a Node which this stack did not create/,
    );
  });

  test("WHEN a Node of this stack whose kubelet does not report has it THEN the cloud controller may remove it", async () => {
    harness.node(stale);
    const claimed = claimName(harness.cluster, harness.operation(), claim, nobodys);
    await eventually(() => harness.infos.some((it) => it.startsWith("stale Node")));
    harness.api.remove("nodes", worker.nodeName);
    await expect(claimed).resolves.toBeUndefined();
  });

  test("WHEN a Node of this stack whose kubelet does not report stays THEN it is refused, and the Node is left alone", async () => {
    harness.node(stale);
    expect(await failureOf(claimName(harness.cluster, harness.operation(), claim, nobodys))).toMatch(
      /cloud controller did not remove/,
    );
    expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released THEN the Node is removed, and twice is fine", async () => {
    harness.leavingNode();
    await release();
    expect(harness.api.get("nodes", worker.nodeName)).toBeUndefined();
    await expect(release()).resolves.toBeUndefined();
  });

  test("WHEN it is released and an unmarked Node is Ready THEN only somebody else removes it, also after it stops reporting", async () => {
    harness.node();
    const released = release();
    await eventually(() => harness.infos.some((it) => it.startsWith("node removal")));
    harness.node({ ready: "Unknown" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    harness.api.remove("nodes", worker.nodeName);
    await released;
    expect(harness.api.requests.filter((it) => it.startsWith("DELETE"))).toEqual([]);
  });

  test("WHEN it is released and an unmarked Node stays Ready THEN it is refused, and the Node is left alone", async () => {
    harness.node();
    expect(await failureOf(release())).toMatch(
      /still Ready after .*this stack did not cordon it.*a live machine.*oc delete node lab-worker-0/,
    );
    expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released but an unmarked Node becomes another stack's THEN it is refused", async () => {
    harness.node();
    const failing = failureOf(release());
    await eventually(() => harness.infos.some((it) => it.startsWith("node removal")));
    harness.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failing).toMatch(/annotated as a worker of acme\/other\/x/);
  });

  test("WHEN it is released but the Node is another stack's THEN it is refused", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failureOf(release())).toMatch(/annotated as a worker of acme\/other\/x/);
    expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN the API server does not answer THEN it ends within its timeout", async () => {
    harness.api.down = true;
    expect(await failureOf(release())).toMatch(/did not answer within/);
  });
});

describe("GIVEN a claim that adopts a server", () => {
  const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5, adopts: worker.serverId };
  const claimed = () => claimName(harness.cluster, harness.operation(), claim, nobodys);

  test("WHEN a Node is on that server THEN the name is ours, and the Node stays as it is", async () => {
    harness.node();
    await expect(claimed()).resolves.toBeUndefined();
    expect(harness.api.requests.filter((it) => /^(PATCH|PUT|POST|DELETE)/.test(it))).toEqual([]);
  });

  test("WHEN a Node is on another server THEN the name is refused", async () => {
    harness.node({ spec: { providerID: "openstack:///another" } });
    expect(await failureOf(claimed())).toMatch(/the name is taken/);
  });
});

describe("GIVEN a Node on a server of this stack that its state does not have", () => {
  const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5 };
  const asked: string[] = [];
  const isOwn = (id: string) => {
    asked.push(id);
    return Promise.resolve(id === worker.serverId);
  };
  const claimed = () => claimName(harness.cluster, harness.operation(), claim, isOwn);

  test.each(["True", "Unknown"] as const)(
    "WHEN it is Ready: %s THEN the name is ours, and the Node stays",
    async (ready) => {
      harness.node({ ready });
      await expect(claimed()).resolves.toBeUndefined();
      expect(asked).toContain(worker.serverId);
      expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
    },
  );

  test("WHEN its kubelet has noted another owner THEN the server tells", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "a/b/c" } } });
    await expect(claimed()).resolves.toBeUndefined();
  });

  test("WHEN it is on another server THEN the name is refused", async () => {
    harness.node({ spec: { providerID: "openstack:///another" } });
    expect(await failureOf(claimed())).toMatch(/the name is taken/);
  });

  test("WHEN the cloud controller has not set its providerID yet THEN an annotation is no proof", async () => {
    harness.node({ serverId: null, metadata: { annotations: { [annotations.owner]: owner } } });
    expect(await failureOf(claimed())).toMatch(/the name is taken/);
  });
});
