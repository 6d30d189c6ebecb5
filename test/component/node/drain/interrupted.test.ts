import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { leavingInputs } from "../../../../components/node/resources/openshift-node.ts";
import { nodeInputs, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure, type Stored } from "../../support/scripted-objects.ts";

// A drain during which the world changes: the node, its kubelet, its server, the API server.

const harness = harnessForEachTest();

const leave = (drain: object = {}) => harness.drain({ timeout: 15, ...drain });
const evictions = () => harness.api.requests.filter((it) => it.endsWith("/eviction")).length;
const terminating = (pod: Stored): [number, object] => {
  harness.pod(pod.metadata.name, { metadata: { uid: pod.metadata.uid, deletionTimestamp: new Date().toISOString() } });
  return [201, {}];
};
const isCordoned = () =>
  (harness.api.get("nodes", worker.nodeName)?.["spec"] as { unschedulable?: boolean }).unschedulable === true;
const attach = () =>
  harness.api.put("volumeattachments", {
    metadata: { name: "va" },
    spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-1" } },
  } as never);

describe("GIVEN a drain under way, WHEN the kubelet", () => {
  test("stops reporting THEN its pods are evicted again with a grace period of a second, and are not awaited", async () => {
    harness.node();
    harness.pod("web-1");
    const graces: unknown[] = [];
    harness.api.onBody = (request, body) => {
      if (request.endsWith("/eviction"))
        graces.push((body as { deleteOptions: { gracePeriodSeconds?: number } }).deleteOptions.gracePeriodSeconds);
    };
    harness.api.onEvict = terminating;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.node({ ready: "Unknown" });
    await left;
    expect(graces).toEqual([undefined, 1]);
    expect(harness.api.get("pods", "web-1")).toBeDefined();
  });

  test("speaks again THEN its pods are waited for as usual", async () => {
    harness.node({ ready: "Unknown" });
    harness.pod("web-1");
    const refused = failure(429, "Cannot evict pod", ["The disruption budget web needs 2"]);
    harness.api.onEvict = () => refused;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.api.onEvict = terminating;
    harness.node();
    await eventually(() => evictions() === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(harness.api.get("pods", "web-1")).toBeDefined();
    harness.api.remove("pods", "web-1");
    await left;
  });

  test("stops reporting while volumes are awaited THEN they are left to the end of the Node", async () => {
    harness.node();
    attach();
    const left = leave();
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-1")));
    harness.node({ ready: "Unknown" });
    await left;
    expect(harness.api.get("volumeattachments", "va")).toBeDefined();
  });
});

describe("GIVEN a drain under way, WHEN the Node", () => {
  test("goes THEN the drain is done, volumes or not", async () => {
    harness.node();
    attach();
    harness.pod("web-1");
    harness.api.onEvict = terminating;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.api.remove("nodes", worker.nodeName);
    await left;
    expect(harness.warnings.join()).toMatch(/shop\/web-1 \(ReplicaSet web\): evicted/);
  });

  test("goes while a budget still protects a pod THEN a warning names it, and says what that means", async () => {
    harness.node();
    harness.pod("web-1");
    harness.pod("web-2");
    harness.api.onEvict = ({ metadata: { name } }) =>
      name === "web-1" ? failure(429, "Cannot evict pod", ["The disruption budget web needs 2"]) : undefined;
    const left = leave();
    await eventually(() => evictions() === 2);
    await eventually(() => harness.infos.some((it) => it.includes("disruption budget web needs 2")));
    harness.api.remove("nodes", worker.nodeName);
    await left;
    expect(harness.warnings).toHaveLength(1);
    expect(harness.warnings[0]).toMatch(
      /node lab-worker-0: its Node is gone before it was drained: somebody deleted it.*without regard to their PodDisruptionBudgets/,
    );
    expect(harness.warnings[0]).toMatch(/- pod shop\/web-1 \(ReplicaSet web\): The disruption budget web needs 2/);
    expect(harness.warnings[0]).not.toContain("web-2");
  });

  test("goes while volumes are awaited THEN they are left, and without a pod there is nothing to warn of", async () => {
    harness.node();
    attach();
    const left = leave();
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-1")));
    harness.api.remove("nodes", worker.nodeName);
    await left;
    expect(harness.warnings).toEqual([]);
  });

  test("is deleted and its kubelet registers it again THEN it is cordoned again, and drained", async () => {
    harness.node({ metadata: { uid: "first" } });
    harness.pod("web-1");
    harness.api.onEvict = terminating;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.node({ metadata: { uid: "second" } });
    await eventually(isCordoned);
    harness.api.remove("pods", "web-1");
    await left;
  });

  test("is uncordoned by another client THEN it is cordoned again: evicted pods would come back", async () => {
    harness.node({ metadata: { uid: "first" } });
    harness.pod("web-1");
    harness.api.onEvict = terminating;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.node({ metadata: { uid: "first" } });
    await eventually(isCordoned);
    harness.api.remove("pods", "web-1");
    await left;
  });

  test("becomes another server's THEN no pod of that one is touched", async () => {
    harness.node({ metadata: { uid: "first" } });
    harness.pod("web-1");
    harness.api.onEvict = terminating;
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.node({ serverId: otherServer, metadata: { uid: "second" } });
    await eventually(() => harness.warnings.length > 0);
    harness.pod("web-2");
    await left;
    expect(evictions()).toBe(1);
    expect(harness.warnings.join()).toContain("belongs to server 9999");
  });
});

describe("GIVEN a drain under way, WHEN the API server", () => {
  test("restarts THEN evictions are retried and the drain continues", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = () => {
      if (evictions() > 1) return undefined;
      harness.api.cut(true);
      return failure(503, "the server is shutting down");
    };
    await leave();
    expect(evictions()).toBe(2);
  });

  test("does not answer for DaemonSets THEN they are asked for again, and no pod of theirs is evicted meanwhile", async () => {
    harness.node();
    harness.api.put("daemonsets", { metadata: { name: "agent" } });
    harness.pod("agent-x", {
      metadata: { ownerReferences: [{ kind: "DaemonSet", name: "agent", uid: "d", controller: true }] },
    });
    let asked = 0;
    harness.api.onRequest = (request) =>
      request.includes("daemonsets") && ++asked < 3 ? failure(503, "starting") : undefined;
    await leave();
    expect(evictions()).toBe(0);
    expect(harness.api.get("pods", "agent-x")).toBeDefined();
  });

  test("is away for the rest of the time THEN the error says so", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = terminating;
    const failing = failureOf(leave({ timeout: 1.5 }));
    await eventually(() => evictions() === 1);
    harness.api.down = true;
    harness.api.cut();
    const message = await failing;
    expect(message).toMatch(/the API server does not answer: /);
    expect(message).toMatch(/pod shop\/web-1 \(ReplicaSet web\): evicted/);
  });
});

describe("GIVEN a Node that somebody deleted before, WHEN its worker leaves", () => {
  test("THEN its pods that are still listed are named in a warning, DaemonSets' excepted", async () => {
    harness.api.put("daemonsets", { metadata: { name: "agent" } });
    const agent = { kind: "DaemonSet", name: "agent", uid: "d", controller: true };
    harness.pod("agent-x", { metadata: { ownerReferences: [agent] } });
    harness.pod("web-1");
    await leave();
    expect(evictions()).toBe(0);
    expect(harness.warnings).toEqual([
      expect.stringMatching(/its Node is gone[^]*- pod shop\/web-1 \(ReplicaSet web\): not evicted yet$/),
    ]);
  });

  test("THEN without pods there is nothing to warn of", async () => {
    await leave();
    expect(harness.warnings).toEqual([]);
  });
});

describe("GIVEN a node that has nothing left to evict, WHEN it leaves", () => {
  test("THEN it waits for nothing", async () => {
    harness.node({ spec: { unschedulable: true } });
    harness.api.put("daemonsets", { metadata: { name: "agent" } });
    harness.pod("agent-x", {
      metadata: { ownerReferences: [{ kind: "DaemonSet", name: "agent", uid: "d", controller: true }] },
    });
    await leave();
    const writes = harness.api.requests.filter((it) => /^(PATCH|POST|DELETE)/.test(it));
    expect(writes).toEqual([]);
  });

  test("THEN a cordon of another client does not count as ours", async () => {
    harness.node({ spec: { unschedulable: true } });
    await leave();
    expect(harness.annotations()[annotations.cordonedBy]).toBeUndefined();
  });
});

describe("GIVEN a deletion, WHEN its settings are chosen", () => {
  const state = { ...nodeInputs, state: "Ready" } as unknown as Properties;
  const drainOf = (inputs: Properties, of = state) => leavingInputs({ id: "w", inputs, state: of }).drain;

  test("THEN the newest inputs count before the state", () => {
    const newest = { ...nodeInputs, drain: { ...nodeInputs.drain, timeout: 7, onTimeout: "force" } };
    expect(drainOf(newest)).toEqual(newest.drain);
  });

  test("THEN the state counts where an engine sends no inputs", () => {
    expect(drainOf({})).toEqual(nodeInputs.drain);
    expect(leavingInputs({ id: "w", inputs: {}, state })).toMatchObject({ owner, serverId: worker.serverId });
  });

  test("THEN a state of the former release, without the newer settings, evicts and fails at the deadline", () => {
    const { timeout, gracePeriod, deleteEmptyDirData, force } = nodeInputs.drain;
    const former = { ...state, drain: { timeout, gracePeriod, deleteEmptyDirData, force } };
    expect(drainOf({}, former)).toEqual({
      ...former.drain,
      disableEviction: false,
      onTimeout: "fail",
      localVolumes: "refuse",
    });
  });
});
