import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { claimName, releaseName } from "../../../components/node/metadata/claim.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../support/node-harness.ts";
import { type Answer, failure } from "../support/scripted-objects.ts";

// The Node goes after its server (machine-api-operator, machine controller: the Node is deleted once the instance is
// gone), and nobody else's does.

const harness = harnessForEachTest();

const { nodeName } = worker;
const ours = { annotations: { [annotations.owner]: owner } };
const release = (removeTimeout = 5) =>
  releaseName(harness.cluster, harness.operation(), { nodeName, owner, removeTimeout });
const deletions = () => harness.api.requests.filter((it) => it.startsWith("DELETE")).length;

describe("GIVEN a claim whose server is gone, WHEN it is released", () => {
  test("THEN a Node that is gone already is a success, without a write", async () => {
    await release();
    expect(deletions()).toBe(0);
  });

  test("THEN a Node that another client removes at the same moment is a success", async () => {
    harness.node({ metadata: ours });
    harness.api.onRequest = (request) => {
      if (request.startsWith("DELETE")) harness.api.remove("nodes", nodeName);
      return undefined;
    };
    await release();
  });

  test("THEN a Node that its kubelet registers again meanwhile is removed as well, once it stops reporting", async () => {
    harness.node({ metadata: ours });
    let revived = false;
    harness.api.onRequest = (request) => {
      if (!request.startsWith("DELETE") || revived) return undefined;
      revived = true;
      harness.api.remove("nodes", nodeName);
      harness.node({ metadata: { uid: "revived" } });
      return undefined;
    };
    const released = release();
    await eventually(() => harness.infos.some((it) => it.startsWith("kubelet stopped")));
    expect(harness.api.get("nodes", nodeName)).toBeDefined();
    harness.node({ ready: "Unknown", metadata: { uid: "revived" } });
    await released;
    expect(harness.api.get("nodes", nodeName)).toBeUndefined();
    expect(deletions()).toBe(2);
  });

  test("THEN one that is another owner's is refused and left alone", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "a/b/c" } } });
    expect(await failureOf(release())).toMatch(/annotated as a worker of a\/b\/c, not of acme\/.*not removed/);
    expect(deletions()).toBe(0);
  });

  test.each([
    ["True", /is still Ready after .*a live machine of somebody else/],
    ["False", /still reports after .*a live machine of somebody else/],
  ])(
    "THEN an unmarked one whose kubelet reports Ready: %s is refused after the bound, and left alone",
    async (ready, expected) => {
      harness.node({ ready });
      const message = await failureOf(release(0.3));
      expect(message).toMatch(expected);
      expect(message).toMatch(/timeout: removeTimeout of the claim.*Run the same command again to continue/);
      expect(deletions()).toBe(0);
    },
  );

  test("THEN one that a finalizer keeps is reported with its timeout, and the same command continues", async () => {
    harness.node({ metadata: ours });
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
    harness.node({ metadata: ours });
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
    await eventually(() => harness.infos.some((it) => it.startsWith("kubelet stopped")));
    harness.cancel();
    expect(await released).toMatch(/cancelled while waiting for .*Run the same command again/);
  });
});

test("GIVEN a worker that was attached by hand, WHEN its name is claimed THEN the refusal names every way out", async () => {
  harness.node();
  const claim = { nodeName, owner, removeTimeout: 1 };
  const message = await failureOf(claimName(harness.cluster, harness.operation(), claim));
  expect(message).toMatch(/oc delete node lab-worker-0.*another name.*pulumi import/);
});
