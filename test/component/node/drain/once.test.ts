import { describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { nodeDrain } from "../../../../components/node/resources/node-drain.ts";
import { openShiftNode } from "../../../../components/node/resources/openshift-node.ts";
import { drainInputs, nodeInputs, otherServer, worker } from "../../../support/node-fixtures.ts";
import { eventually, harnessForEachTest } from "../../support/node-harness.ts";

// A worker's NodeDrain and its OpenShiftNode both drain when they are deleted: what the second finds and does.

const harness = harnessForEachTest();
const cluster = () => Promise.resolve(harness.cluster);

const deleteNode = () => {
  const inputs: Properties = { ...nodeInputs };
  const known = { id: worker.nodeName, inputs, state: { ...inputs, state: "Joining" } };
  return openShiftNode(cluster).delete(harness.operation(Infinity, "delete"), known);
};
const deleteDrain = () => {
  const inputs: Properties = drainInputs;
  return nodeDrain(cluster).delete(harness.operation(Infinity, "delete"), {
    id: worker.nodeName,
    inputs,
    state: inputs,
  });
};
const writes = () => harness.api.requests.filter((it) => /^(PATCH|PUT|POST|DELETE)/.test(it));
const cordonAndEviction = [
  `PATCH /api/v1/nodes/${worker.nodeName}`,
  "POST /api/v1/namespaces/shop/pods/web-1/eviction",
];
const isCordoned = () =>
  (harness.api.get("nodes", worker.nodeName)?.["spec"] as { unschedulable?: boolean }).unschedulable === true;

describe("GIVEN a worker that its OpenShiftNode has drained, WHEN its NodeDrain is deleted", () => {
  test("THEN the cluster is asked nothing, and nothing is reported", async () => {
    harness.node();
    harness.pod("web-1");
    await deleteNode();
    expect(writes()).toEqual(cordonAndEviction);
    const asked = harness.api.requests.length;
    harness.infos = [];
    await deleteDrain();
    expect(harness.api.requests.slice(asked)).toEqual([]);
    expect([...harness.infos, ...harness.warnings]).toEqual([]);
  });

  test("THEN pods that an unreachable kubelet did not end are not awaited once more", async () => {
    harness.node({ ready: "Unknown" });
    harness.pod("web-1");
    harness.api.onEvict = ({ metadata }) => {
      harness.pod(metadata.name, { metadata: { uid: metadata.uid, deletionTimestamp: new Date().toISOString() } });
      return [201, {}];
    };
    await deleteNode();
    const asked = harness.api.requests.length;
    await deleteDrain();
    expect(harness.api.requests.slice(asked)).toEqual([]);
  });

  test("THEN another process, which does not know of it, looks and changes nothing", async () => {
    harness.node();
    harness.pod("web-1");
    await deleteNode();
    harness.restart();
    const done = writes().length;
    await deleteDrain();
    expect(writes().slice(done)).toEqual([]);
    expect(harness.warnings).toEqual([]);
    expect(isCordoned()).toBe(true);
  });

  test("THEN a Node of another server is reported once", async () => {
    harness.node({ serverId: otherServer });
    await deleteNode();
    await deleteDrain();
    expect(harness.warnings).toHaveLength(1);
  });

  test("THEN one that somebody uncordoned meanwhile is drained again", async () => {
    harness.node();
    await deleteNode();
    expect(isCordoned()).toBe(true);
    harness.node();
    harness.pod("web-1");
    await eventually(() => harness.cluster.node(worker.nodeName)?.spec.unschedulable === undefined);
    await deleteDrain();
    expect(isCordoned()).toBe(true);
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });

  test("THEN one that registered meanwhile is drained", async () => {
    await deleteNode();
    harness.node();
    harness.pod("web-1");
    await eventually(() => harness.cluster.node(worker.nodeName) !== undefined);
    await deleteDrain();
    expect(writes()).toEqual(cordonAndEviction);
  });
});

describe("GIVEN a worker whose join left no OpenShiftNode, WHEN its NodeDrain is deleted", () => {
  test("THEN its Node is cordoned and its pod evicted before that ends", async () => {
    harness.node({ serverId: null });
    harness.pod("web-1");
    await deleteDrain();
    expect(writes()).toEqual(cordonAndEviction);
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });

  test("THEN a Node that never registered is done at once", async () => {
    await deleteDrain();
    expect(writes()).toEqual([]);
  });

  test("THEN a Node that registers while the API server is away is drained once that is back", async () => {
    harness.api.down = true;
    const drained = deleteDrain();
    await eventually(() => harness.infos.some((it) => it.startsWith("cordon: ")));
    harness.node();
    harness.pod("web-1");
    harness.api.down = false;
    await drained;
    expect(writes()).toEqual(cordonAndEviction);
  });
});
