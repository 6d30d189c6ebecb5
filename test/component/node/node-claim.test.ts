import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { claimName, releaseName } from "../../../components/node/metadata/claim.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { bedForEachTest, eventually, failureOf } from "../support/node-harness.ts";

const bed = bedForEachTest();

describe("GIVEN a claim", () => {
  const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5 };
  const stale = { ready: "Unknown", metadata: { annotations: { [annotations.owner]: owner } } };

  test("WHEN no Node has the name THEN it is ours", async () => {
    await expect(claimName(bed.cluster, bed.operation(), claim)).resolves.toBeUndefined();
  });

  test("WHEN a Node has the name THEN it is refused", async () => {
    bed.node();
    expect(await failureOf(claimName(bed.cluster, bed.operation(), claim))).toMatch(
      /taken by a Node which this stack did not make/,
    );
  });

  test("WHEN a silent Node of this stack has it THEN the cloud controller may remove it", async () => {
    bed.node(stale);
    const claimed = claimName(bed.cluster, bed.operation(), claim);
    await eventually(() => bed.lines.some((it) => it.startsWith("stale Node")));
    bed.api.remove("nodes", worker.nodeName);
    await expect(claimed).resolves.toBeUndefined();
  });

  test("WHEN a silent Node of this stack stays THEN it is refused, and the Node is left alone", async () => {
    bed.node(stale);
    expect(await failureOf(claimName(bed.cluster, bed.operation(), claim))).toMatch(/cloud controller did not remove/);
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released THEN the Node is removed, and twice is fine", async () => {
    bed.node({ metadata: { annotations: { [annotations.owner]: owner } } });
    await releaseName(bed.cluster, bed.operation(), claim);
    expect(bed.api.get("nodes", worker.nodeName)).toBeUndefined();
    await expect(releaseName(bed.cluster, bed.operation(), claim)).resolves.toBeUndefined();
  });

  test("WHEN it is released and an unmarked Node is Ready THEN it is removed only after it has fallen silent", async () => {
    bed.node();
    const released = releaseName(bed.cluster, bed.operation(), claim);
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    expect(bed.api.requests.filter((it) => it.startsWith("DELETE"))).toEqual([]);
    bed.node({ ready: "Unknown" });
    await released;
    expect(bed.api.get("nodes", worker.nodeName)).toBeUndefined();
  });

  test("WHEN it is released and an unmarked Node stays Ready THEN it is refused, and the Node is left alone", async () => {
    bed.node();
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(
      /no annotation of acme\/.*still Ready after .*somebody else's live machine.*oc delete node lab-worker-0/,
    );
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released but an unmarked Node becomes another stack's THEN it is refused", async () => {
    bed.node();
    const failing = failureOf(releaseName(bed.cluster, bed.operation(), claim));
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    bed.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failing).toMatch(/annotated as a worker of acme\/other\/x/);
  });

  test("WHEN it is released but the Node is another stack's THEN it is refused", async () => {
    bed.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(
      /annotated as a worker of acme\/other\/x/,
    );
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN the API server does not answer THEN it ends within its bound", async () => {
    bed.api.down = true;
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(/did not answer within/);
  });
});
