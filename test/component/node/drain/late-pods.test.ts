import { beforeEach, describe, expect, test } from "@jest/globals";
import { minDrainTime } from "../../../../components/node/drain/minimum.ts";
import { owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// The scheduler binds a pod some time after it has chosen a node for it (kubernetes, pkg/scheduler/schedule_one.go,
// bindingCycle), and kubelets do not refuse the pods of a cordoned node.

const harness = harnessForEachTest();
beforeEach(() => harness.connect({ minDrainTime }));

const leave = () => harness.drain({ timeout: 60 });
/** Drains where a watch for late pods would take an hour, and the test with it. */
const leaveUnwatched = () => harness.drain({ timeout: 7_200 });
const hour = 3_600_000;
const isCordoned = () =>
  (harness.api.get("nodes", worker.nodeName)?.["spec"] as { unschedulable?: boolean }).unschedulable === true;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What the line says of the time that is left, in s. */
const watched = () =>
  harness.infos.flatMap(
    (it) => /^drain: .*late pods, for (\d+)s more: the scheduler may not have seen/.exec(it)?.[1] ?? [],
  );
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
  });

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
  });

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
  });

  test("THEN it is watched for 5 s after its cordon, with the reason on the line, and a second drain does not wait", async () => {
    harness.node();
    expect(await took(leave())).toBeGreaterThan(minDrainTime - 100);
    const lines = watched();
    expect(lines.length).toBeGreaterThan(0);
    await leave();
    expect(watched()).toEqual(lines);
  });

  test("THEN the time since the pool's membership has cordoned it counts", async () => {
    harness.node();
    await harness.cluster.nodes.synced(AbortSignal.timeout(5_000));
    const node = harness.cluster.node(worker.nodeName);
    if (node) await harness.cluster.cordon(node, owner, AbortSignal.timeout(5_000));
    await pause(3_000);
    await leave();
    expect(watched().filter((seconds) => Number(seconds) > 2)).toEqual([]);
  });

  test("THEN one that an earlier command has cordoned, long ago, is not watched", async () => {
    harness.connect({ minDrainTime: hour });
    const time = new Date(Date.now() - 2 * hour).toISOString();
    const managedFields = [{ manager: "kubectl", time, fieldsV1: { "f:spec": { "f:unschedulable": {} } } }];
    harness.node({ metadata: { managedFields }, spec: { unschedulable: true } });
    await leaveUnwatched();
    expect(watched()).toEqual([]);
  });

  test("THEN one whose kubelet does not report is not watched: it would start no pod", async () => {
    harness.connect({ minDrainTime: hour });
    harness.node({ ready: "Unknown" });
    await leaveUnwatched();
    expect(watched()).toEqual([]);
  });

  test("THEN one whose Node goes meanwhile is not watched any longer", async () => {
    harness.connect({ minDrainTime: hour });
    harness.node();
    const left = leaveUnwatched();
    await eventually(isCordoned);
    harness.api.remove("nodes", worker.nodeName);
    await left;
    expect(harness.api.get("nodes", worker.nodeName)).toBeUndefined();
  });

  test("THEN one that is uncordoned meanwhile is cordoned again, and watched from then on", async () => {
    harness.node();
    const left = took(leave());
    await eventually(isCordoned);
    await pause(3_000);
    harness.node();
    expect(await left).toBeGreaterThan(3_000 + minDrainTime - 100);
  });
});

test("GIVEN a node whose pods take longer than that WHEN it leaves THEN nothing is waited for after them", async () => {
  harness.node();
  harness.pod("web-1");
  let evicted = 0;
  harness.api.onEvict = () => (evicted++ === 0 ? failure(429, "Cannot evict pod", ["The budget needs 2"]) : undefined);
  await leave();
  expect(evicted).toBe(2);
  expect(watched()).toEqual([]);
});
