import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { Drain } from "../../../../components/node/drain/drain.ts";
import { nodeInputs, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

const harness = harnessForEachTest();

const policy = { ...nodeInputs.drain, timeout: 5 };
const leave = (drain: object = {}, seconds?: number) =>
  harness.drain({ ...policy, ...drain }, harness.operation(seconds, "delete"));
const budget = (): [number, object] =>
  failure(429, "Cannot evict pod", ["The disruption budget web needs 2 healthy pods and has 2 currently"]);
const evictions = () => harness.api.requests.filter((it) => it.endsWith("/eviction")).length;
const agent = { ownerReferences: [{ kind: "DaemonSet", name: "agent", uid: "d", controller: true }] };

describe("GIVEN a node with pods, WHEN it leaves", () => {
  test("THEN it is cordoned first, its pods are evicted, DaemonSets' and mirror pods stay, and the Node stays", async () => {
    harness.node();
    harness.api.put("daemonsets", { metadata: { name: "agent" } });
    harness.pod("web-1");
    harness.pod("web-2");
    harness.pod("agent-x", { metadata: agent });
    harness.pod("static", { metadata: { annotations: { "kubernetes.io/config.mirror": "h" } } });
    await leave();
    const order = harness.api.requests.filter((it) => it.startsWith("PATCH") || it.endsWith("/eviction"));
    expect(order[0]).toMatch(/^PATCH .*nodes/);
    expect(["web-1", "web-2", "agent-x", "static"].map((it) => harness.api.get("pods", it) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(harness.api.get("nodes", worker.nodeName)?.["spec"]).toMatchObject({ unschedulable: true });
    expect(harness.annotations()).toMatchObject({ [annotations.cordonedBy]: owner });
  });

  test("THEN a pod that terminates is waited for, and one that comes after it is evicted too", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = (pod) => {
      harness.pod(pod.metadata.name, {
        metadata: { uid: pod.metadata.uid, deletionTimestamp: new Date().toISOString() },
      });
      return [201, {}];
    };
    const left = leave();
    const terminating = (name: string) => harness.api.get("pods", name)?.metadata.deletionTimestamp !== undefined;
    await eventually(() => terminating("web-1"));
    harness.pod("web-2");
    harness.api.remove("pods", "web-1");
    await eventually(() => terminating("web-2"));
    harness.api.remove("pods", "web-2");
    await left;
    expect(evictions()).toBe(2);
  });

  test("THEN a disruption budget is respected until it allows the eviction", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = () => (evictions() < 2 ? budget() : undefined);
    await leave({ timeout: 12 });
    expect(evictions()).toBe(2);
    expect(harness.infos.some((it) => it.includes("disruption budget web needs 2"))).toBe(true);
  });

  test("THEN one that still carries a name that the stack had before is drained, without a providerID too", async () => {
    const former = "acme/workers/former";
    harness.node({ serverId: null, metadata: { annotations: { [annotations.owner]: former } } });
    harness.pod("web-1");
    const inputs = { ...nodeInputs, drain: { ...policy, timeout: 10 } };
    expect(await failureOf(new Drain(harness.cluster, harness.operation(), inputs).run())).toContain(former);
    await new Drain(harness.cluster, harness.operation(), { ...inputs, formerOwners: [former] }).run();
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });

  test("THEN its volumes must be detached", async () => {
    harness.node();
    const attached = {
      metadata: { name: "va" },
      spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-1" } },
    };
    harness.api.put("volumeattachments", attached);
    const left = leave();
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-1")));
    harness.api.remove("volumeattachments", "va");
    await left;
  });

  test("THEN a restart of the API server and a cut watch are survived", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = () => [201, {}];
    const left = leave();
    await eventually(() => evictions() === 1);
    harness.api.down = true;
    harness.api.cut(true);
    harness.api.remove("pods", "web-1");
    harness.api.down = false;
    await left;
  });
});

describe("GIVEN a node whose kubelet does not report (machine-api-operator, drain_controller.go), WHEN it leaves", () => {
  test("THEN pods whose deletion is not confirmed delay it by a second or two only", async () => {
    harness.node({ ready: "Unknown" });
    harness.pod("web-1");
    harness.api.put("volumeattachments", { metadata: { name: "va" }, spec: { nodeName: worker.nodeName } } as never);
    harness.api.onEvict = (pod) => {
      harness.pod(pod.metadata.name, {
        metadata: { uid: pod.metadata.uid, deletionTimestamp: new Date().toISOString() },
      });
      return [201, {}];
    };
    await leave();
    expect(harness.api.get("pods", "web-1")).toBeDefined();
  });

  test("THEN a disruption budget is still respected", async () => {
    harness.node({ ready: "Unknown" });
    harness.pod("web-1");
    harness.api.onEvict = budget;
    expect(await failureOf(leave({ timeout: 2 }))).toMatch(/disruption budget web/);
  });
});

describe("GIVEN a node that cannot be drained, WHEN its time is up or its policy forbids it", () => {
  test("THEN every pod is named with its owner and its budget, the timeout with its key, and the node stays cordoned", async () => {
    harness.node();
    harness.pod("web-1");
    harness.pod("web-2");
    harness.api.onEvict = budget;
    const message = await failureOf(leave({ timeout: 2 }));
    expect(message).toMatch(/phase "drain" .*pools\[0\]\.drain\.timeout.*server is untouched.*stays cordoned/);
    for (const name of ["web-1", "web-2"]) {
      expect(message).toMatch(new RegExp(`pod shop/${name} \\(ReplicaSet web\\): The disruption budget web needs 2`));
    }
    expect(message).toMatch(/put the worker back in the config, run `pulumi up` with the new values .*then detach it/);
    expect(harness.api.get("nodes", worker.nodeName)?.["spec"]).toMatchObject({ unschedulable: true });
  });

  test("THEN an emptyDir is not given up, and nothing is evicted", async () => {
    harness.node();
    harness.pod("web-1");
    harness.pod("cache-1", { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
    const message = await failureOf(leave({ deleteEmptyDirData: false }));
    expect(message).toMatch(/shop\/cache-1.*volume tmp is an emptyDir/);
    expect(message).toMatch(/pools\[0\]\.drain\.deleteEmptyDirData/);
    expect(evictions()).toBe(0);
  });

  test("THEN a bare pod is not given up without force", async () => {
    harness.node();
    harness.pod("bare", { metadata: { ownerReferences: [] } });
    expect(await failureOf(leave())).toMatch(/shop\/bare \(no controller\).*only with force/);
    await leave({ force: true });
    expect(harness.api.get("pods", "bare")).toBeUndefined();
  });

  test("THEN volumes that stay are named", async () => {
    harness.node();
    const attached = {
      metadata: { name: "va" },
      spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-1" } },
    };
    harness.api.put("volumeattachments", attached);
    expect(await failureOf(leave({ timeout: 2 }))).toMatch(/phase "volumes".*\n.*\n.*volume pv-1 is still attached/);
  });

  test("THEN a cancelled one ends at once", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onEvict = budget;
    const failing = failureOf(leave());
    await eventually(() => evictions() === 1);
    harness.cancel();
    expect(await failing).toMatch(/cancelled in phase "drain".*stays cordoned/);
  });

  test("THEN with an unreachable API server it ends within the timeout", async () => {
    harness.api.down = true;
    expect(await failureOf(leave({ timeout: 2 }))).toMatch(/phase "cordon".*nothing was evicted/);
  });
});

describe("GIVEN nothing of ours to drain, WHEN it leaves", () => {
  test("THEN a missing Node is done", async () => {
    await expect(leave()).resolves.toBeUndefined();
  });

  test("THEN a Node of another server is left alone", async () => {
    harness.node({ serverId: otherServer });
    harness.pod("web-1");
    await leave();
    expect(harness.api.get("pods", "web-1")).toBeDefined();
    expect(harness.warnings[0]).toMatch(/belongs to server 9999/);
  });

  test("THEN a Node of another stack is refused", async () => {
    harness.node({ serverId: null, metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failureOf(leave())).toMatch(/annotated as a worker of acme\/other\/x/);
  });

  test("THEN one that its kubelet has marked for another stack is drained: its providerID is ours", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    harness.pod("web-1");
    await leave();
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });
});
