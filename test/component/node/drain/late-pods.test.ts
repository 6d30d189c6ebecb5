import { beforeEach, describe, expect, test } from "@jest/globals";
import { minDrainTime } from "../../../../components/node/drain/minimum.ts";
import { owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// The scheduler binds a pod some time after it has chosen a node for it (kubernetes, pkg/scheduler/schedule_one.go,
// bindingCycle), and kubelets do not refuse the pods of a cordoned node.

const harness = harnessForEachTest();
beforeEach(() => harness.connect({ minDrainTime }));

const leave = () => harness.drain({ timeout: 30 });
const isCordoned = () =>
  (harness.api.get("nodes", worker.nodeName)?.["spec"] as { unschedulable?: boolean }).unschedulable === true;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** ms */
const took = async (work: Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
};

describe("GIVEN a node without pods, WHEN it leaves", () => {
  test("THEN a pod that the scheduler binds 2 s after the cordon is evicted", async () => {
    harness.node();
    const left = leave();
    await eventually(isCordoned);
    await pause(2_000);
    harness.pod("late");
    await left;
    expect(harness.api.requests.filter((it) => it.endsWith("/eviction"))).toHaveLength(1);
    expect(harness.api.get("pods", "late")).toBeUndefined();
  }, 15_000);

  /** The first list of the pods is answered so late, in ms, as they were when it was asked for. */
  function delayList(ms: number): void {
    let lists = 0;
    harness.api.onRequest = (request) => {
      if (request !== "GET /api/v1/pods" || ++lists > 1) return undefined;
      const { resourceVersion } = harness.api.get("nodes", worker.nodeName)?.metadata ?? {};
      return pause(ms).then(() => [200, { metadata: { resourceVersion }, items: [] }]);
    };
  }

  test("THEN a pod that was bound just before somebody deleted its Node is named", async () => {
    harness.node();
    delayList(2_000);
    const left = leave();
    await eventually(isCordoned);
    harness.pod("late");
    harness.api.remove("nodes", worker.nodeName);
    await left;
    expect(harness.warnings.join()).toMatch(/its Node is gone before it was drained[^]*pod shop\/late/);
  }, 15_000);

  test("THEN a pod is evicted that was bound while the list of the pods was under way", async () => {
    harness.node();
    delayList(minDrainTime + 1_000);
    const left = leave();
    await eventually(isCordoned);
    await pause(3_000);
    harness.pod("late");
    await left;
    expect(harness.api.get("pods", "late")).toBeUndefined();
    expect(harness.api.requests.filter((it) => it.endsWith("/eviction"))).toHaveLength(1);
  }, 20_000);

  test("THEN it is watched for 5 s after its cordon, with the reason on the line, and a second drain does not wait", async () => {
    harness.node();
    const first = await took(leave());
    expect(first).toBeGreaterThan(minDrainTime - 100);
    expect(first).toBeLessThan(minDrainTime + 2_000);
    expect(
      harness.infos.some((it) => /^drain: .*late pods, for \ds more: the scheduler may not have seen/.test(it)),
    ).toBe(true);
    expect(await took(leave())).toBeLessThan(1_000);
  }, 15_000);

  test("THEN the time since the pool's membership has cordoned it counts", async () => {
    harness.node();
    await harness.cluster.nodes.synced(AbortSignal.timeout(5_000));
    const node = harness.cluster.node(worker.nodeName);
    if (node) await harness.cluster.cordon(node, owner, AbortSignal.timeout(5_000));
    await pause(3_000);
    expect(await took(leave())).toBeLessThan(3_000);
  }, 15_000);

  test("THEN one that an earlier command has cordoned, minutes ago, is not watched", async () => {
    const time = new Date(Date.now() - 120_000).toISOString();
    const managedFields = [{ manager: "kubectl", time, fieldsV1: { "f:spec": { "f:unschedulable": {} } } }];
    harness.node({ metadata: { managedFields }, spec: { unschedulable: true } });
    expect(await took(leave())).toBeLessThan(1_000);
  });

  test("THEN one whose kubelet does not report is not watched: it would start no pod", async () => {
    harness.node({ ready: "Unknown" });
    expect(await took(leave())).toBeLessThan(1_000);
  });

  test("THEN one whose Node goes meanwhile is not watched any longer", async () => {
    harness.node();
    const left = took(leave());
    await eventually(isCordoned);
    harness.api.remove("nodes", worker.nodeName);
    expect(await left).toBeLessThan(2_000);
  });

  test("THEN one that is uncordoned meanwhile is cordoned again, and watched from then on", async () => {
    harness.node();
    const left = took(leave());
    await eventually(isCordoned);
    await pause(3_000);
    harness.node();
    expect(await left).toBeGreaterThan(3_000 + minDrainTime - 100);
  }, 15_000);
});

test("GIVEN a node whose pods take longer than that WHEN it leaves THEN nothing is waited for after them", async () => {
  harness.node();
  harness.pod("web-1");
  let evicted = 0;
  harness.api.onEvict = () => (evicted++ === 0 ? failure(429, "Cannot evict pod", ["The budget needs 2"]) : undefined);
  const gone = eventually(() => harness.api.get("pods", "web-1") === undefined, 10_000).then(() => performance.now());
  await leave();
  expect(performance.now() - (await gone)).toBeLessThan(1_000);
}, 20_000);
