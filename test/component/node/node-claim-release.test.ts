import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { claimName, releaseName } from "../../../components/node/metadata/claim.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { bedForEachTest, eventually, failureOf } from "../support/node-harness.ts";

// The Node goes after its server (machine-api-operator, machine controller: the Node is deleted once the instance is
// gone), and nobody else's does.

const bed = bedForEachTest();

const { nodeName } = worker;
const ours = { annotations: { [annotations.owner]: owner } };
const release = (removeTimeout = 5) => releaseName(bed.cluster, bed.operation(), { nodeName, owner, removeTimeout });
const deletions = () => bed.api.requests.filter((it) => it.startsWith("DELETE")).length;

describe("GIVEN a claim whose server is gone, WHEN it is released", () => {
  test("THEN a Node that is gone already is a success, without a write", async () => {
    await release();
    expect(deletions()).toBe(0);
  });

  test("THEN a Node that somebody else removes at the same moment is a success", async () => {
    bed.node({ metadata: ours });
    bed.api.onRequest = (request) => {
      if (request.startsWith("DELETE")) bed.api.remove("nodes", nodeName);
      return undefined;
    };
    await release();
  });

  test("THEN a Node that its kubelet registers anew meanwhile is removed as well, once it is silent", async () => {
    bed.node({ metadata: ours });
    let revived = false;
    bed.api.onRequest = (request) => {
      if (!request.startsWith("DELETE") || revived) return undefined;
      revived = true;
      bed.api.remove("nodes", nodeName);
      bed.node({ metadata: { uid: "revived" } });
      return undefined;
    };
    const released = release();
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    expect(bed.api.get("nodes", nodeName)).toBeDefined();
    bed.node({ ready: "Unknown", metadata: { uid: "revived" } });
    await released;
    expect(bed.api.get("nodes", nodeName)).toBeUndefined();
    expect(deletions()).toBe(2);
  });

  test("THEN one that is another owner's is refused and left alone", async () => {
    bed.node({ metadata: { annotations: { [annotations.owner]: "a/b/c" } } });
    expect(await failureOf(release())).toMatch(/annotated as a worker of a\/b\/c, not of acme\/.*not removed/);
    expect(deletions()).toBe(0);
  });

  test.each([
    ["True", /is still Ready after .*somebody else's live machine/],
    ["False", /still reports after .*somebody else's live machine/],
  ])(
    "THEN an unmarked one whose kubelet reports Ready: %s is refused after the bound, and left alone",
    async (ready, expected) => {
      bed.node({ ready });
      const message = await failureOf(release(0.3));
      expect(message).toMatch(expected);
      expect(message).toMatch(/bound: removeTimeout of the claim.*The same command goes on from here/);
      expect(deletions()).toBe(0);
    },
  );

  test("THEN one that a finalizer keeps is told with its bound, and the same command goes on", async () => {
    bed.node({ metadata: ours });
    bed.api.onRequest = (request) => (request.startsWith("DELETE") ? [200, {}] : undefined);
    expect(await failureOf(release(0.3))).toMatch(/still there after .*finalizer/);
    bed.api.onRequest = () => undefined;
    await release();
    expect(bed.api.get("nodes", nodeName)).toBeUndefined();
  });

  test("THEN Ctrl-C ends the wait at once", async () => {
    bed.node();
    const released = failureOf(release(60));
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    bed.cancel();
    expect(await released).toMatch(/cancelled while waiting for .*The same command goes on/);
  });
});

test("GIVEN a worker that was attached by hand, WHEN its name is claimed THEN the refusal names every way out", async () => {
  bed.node();
  const claim = { nodeName, owner, removeTimeout: 1 };
  const message = await failureOf(claimName(bed.cluster, bed.operation(), claim));
  expect(message).toMatch(/oc delete node lab-worker-0.*another name.*pulumi import/);
});
