import { describe, expect, test } from "@jest/globals";
import { annotations, fieldManager } from "../../../components/kubernetes/types.ts";
import { podsLeft } from "../../../components/node/drain/policy.ts";
import { claimName, releaseName } from "../../../components/node/metadata/claim.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../support/node-harness.ts";
import { type Answer, failure } from "../support/scripted-objects.ts";

// The Node goes after its server (machine-api-operator, machine controller: the Node is deleted once the instance is
// gone), and neither somebody else's does, nor one that may be a live machine that was not drained.

const harness = harnessForEachTest();

const { nodeName } = worker;
const ours = { annotations: { [annotations.owner]: owner } };
const release = (removeTimeout = 5) =>
  releaseName(harness.cluster, harness.operation(), { nodeName, owner, removeTimeout }, podsLeft);
const deletions = () => harness.api.requests.filter((it) => it.startsWith("DELETE")).length;
const lineSays = (expected: RegExp) => () => harness.infos.some((it) => expected.test(it));

describe("GIVEN a claim whose server is gone, WHEN it is released", () => {
  test("THEN a Node that is gone already is a success, without a write", async () => {
    await release();
    expect(deletions()).toBe(0);
  });

  test("THEN a Node that another client removes at the same moment is a success", async () => {
    harness.leavingNode();
    harness.api.onRequest = (request) => {
      if (request.startsWith("DELETE")) harness.api.remove("nodes", nodeName);
      return undefined;
    };
    await release();
  });

  test("THEN its own that was cordoned and drained is removed at once, though its lease has not expired", async () => {
    harness.leavingNode({ ready: "True" });
    harness.api.put("daemonsets", { metadata: { name: "agent" } });
    const agent = { kind: "DaemonSet", name: "agent", uid: "d", controller: true };
    harness.pod("agent-x", { metadata: { ownerReferences: [agent] } });
    await release();
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  test("THEN one that was cordoned but has pods is removed once they are gone", async () => {
    harness.leavingNode({ ready: "True" });
    harness.pod("web-1");
    const released = release();
    await eventually(
      lineSays(/^node removal: .*kubelet of Node lab-worker-0 to stop reporting: pod shop\/web-1 is still/),
    );
    expect(deletions()).toBe(0);
    harness.api.remove("pods", "web-1");
    await released;
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  test("THEN one that was cordoned but has pods is removed once its kubelet stops reporting", async () => {
    harness.leavingNode({ ready: "True" });
    harness.pod("web-1");
    const released = release();
    await eventually(lineSays(/pod shop\/web-1 is still on it/));
    harness.leavingNode({ ready: "Unknown" });
    await released;
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  test("THEN one that is uncordoned at this moment is left alone", async () => {
    harness.leavingNode();
    harness.api.onRequest = (request) => {
      if (request.startsWith("DELETE")) harness.node({ metadata: ours });
      return undefined;
    };
    expect(await failureOf(release(1))).toMatch(/is still Ready after .*this stack did not cordon it/);
    expect(harness.api.get("nodes", nodeName)).toBeDefined();
  });

  test("THEN a Node that its kubelet registers again meanwhile is left to the cloud controller, which looks its server up", async () => {
    harness.leavingNode();
    let revived = false;
    harness.api.onRequest = (request) => {
      if (!request.startsWith("DELETE") || revived) return undefined;
      revived = true;
      harness.api.remove("nodes", nodeName);
      harness.node({ metadata: { uid: "revived" } });
      return undefined;
    };
    const released = release();
    await eventually(lineSays(/the cloud controller to remove Node lab-worker-0, which this stack did not cordon/));
    harness.node({ ready: "Unknown", metadata: { uid: "revived" } });
    await eventually(lineSays(/did not cordon \(Ready: Unknown\)/));
    expect(harness.api.get("nodes", nodeName)).toBeDefined();
    harness.api.remove("nodes", nodeName);
    await released;
    expect(deletions()).toBe(1);
  });

  test("THEN one that carries a name that the stack had before is removed", async () => {
    const marks = { [annotations.owner]: "acme/workers/former", [annotations.cordonedBy]: "acme/workers/former" };
    harness.node({ metadata: { annotations: marks }, spec: { unschedulable: true }, manager: fieldManager });
    const inputs = { nodeName, owner, formerOwners: ["acme/workers/former"], removeTimeout: 5 };
    await releaseName(harness.cluster, harness.operation(), inputs, podsLeft);
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  test("THEN one that is another owner's is refused and left alone", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "a/b/c" } } });
    expect(await failureOf(release())).toMatch(/annotated as a worker of a\/b\/c, not of acme\/.*not removed/);
    expect(deletions()).toBe(0);
  });

  test("THEN ours is removed whatever owner its kubelet has noted: it was cordoned by its providerID", async () => {
    harness.leavingNode({ metadata: { annotations: { [annotations.owner]: "a/b/c" } } });
    await release();
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  const mayBeLive =
    /a live machine whose pods were not evicted, and was not removed.*pulumi up --replace.*oc adm drain/;
  const marked = { metadata: ours };
  test.each<[string, Parameters<typeof harness.node>[0], RegExp]>([
    ["an unmarked one, Ready", {}, /is still Ready after/],
    ["an unmarked one, not ready", { ready: "False" }, /still reports after/],
    ["an unmarked one, its kubelet stopped", { ready: "Unknown" }, /does not report after/],
    ["one of ours that serves, as with `up --replace` of its claim", marked, /is still Ready after/],
    ["one of ours that does not report", { ...marked, ready: "Unknown" }, /does not report after/],
    [
      "one of ours that an administrator has cordoned",
      { ...marked, spec: { unschedulable: true }, manager: "kubectl" },
      /is still Ready after/,
    ],
  ])("THEN %s, is refused after the bound, and left alone: this stack did not cordon it", async (_, node, expected) => {
    harness.node(node);
    const message = await failureOf(release(0.3));
    expect(message).toMatch(expected);
    expect(message).toMatch(mayBeLive);
    expect(message).toMatch(/timeout: removeTimeout of the claim.*Run the same command again to continue/);
    expect(deletions()).toBe(0);
  });

  test("THEN one that a finalizer keeps is reported with its timeout, and the same command continues", async () => {
    harness.leavingNode();
    harness.api.onRequest = (request) => (request.startsWith("DELETE") ? [200, {}] : undefined);
    expect(await failureOf(release(0.3))).toMatch(/still there after .*finalizer/);
    harness.api.onRequest = () => undefined;
    await release();
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
  });

  const refusals = [
    ["a conflict", failure(409, "Operation cannot be fulfilled: the object has been modified")],
    ["a change of etcd's leader", failure(500, "etcdserver: leader changed")],
    ["a webhook that denies it", failure(400, 'admission webhook "guard.example.com" denied the request: no')],
  ] as const;
  const refuseRemovals = (answer: Answer, times: number) => {
    harness.leavingNode();
    let left = times;
    harness.api.onRequest = (request) => (request.startsWith("DELETE") && left-- > 0 ? answer : undefined);
  };

  test.each(refusals)(
    "THEN %s is outlasted, however often",
    async (_, answer) => {
      refuseRemovals(answer, 9);
      await release(15);
      expect(deletions()).toBe(10);
    },
    20_000,
  );

  test.each(refusals)("THEN %s that lasts is named on the line and in the error", async (_, answer) => {
    refuseRemovals(answer, Infinity);
    const { message } = answer[1] as { message: string };
    expect(await failureOf(release(1.5))).toContain(`it was not removed within 2s: API server: ${message}`);
    expect(harness.infos.some((it) => it.startsWith("node removal: ") && it.includes(message))).toBe(true);
  });

  test("THEN Ctrl-C ends the wait at once", async () => {
    harness.node();
    const released = failureOf(release(60));
    await eventually(lineSays(/^node removal: /));
    harness.cancel();
    expect(await released).toMatch(/cancelled while waiting for .*Run the same command again/);
  });
});

test("GIVEN a worker that was attached by hand, WHEN its name is claimed THEN the refusal names every way out", async () => {
  harness.node();
  const claim = { nodeName, owner, removeTimeout: 1 };
  const nobodys = () => Promise.resolve(false);
  const message = await failureOf(claimName(harness.cluster, harness.operation(), claim, nobodys));
  expect(message).toMatch(/oc delete node lab-worker-0.*another name.*attached by hand, list its Node in adopt/);
});
