import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { nodeDrain } from "../../../../components/node/resources/node-drain.ts";
import { openShiftNode } from "../../../../components/node/resources/openshift-node.ts";
import { poolMembership } from "../../../../components/node/resources/pool-membership.ts";
import { drainInputs, nodeInputs, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// What the deletion of an OpenShiftNode leaves to the worker's NodeDrain: `up` was cut off before it recorded who belongs to
// the pool, or a join failed.

const harness = harnessForEachTest();
const cluster = () => Promise.resolve(harness.cluster);

const knownOf = (inputs: Properties) => ({ id: worker.nodeName, inputs, state: { ...inputs, state: "Ready" } });
const deleteNode = (changes: Properties = {}, replacement = false) => {
  const operation = { ...harness.operation(Infinity, "delete"), replacement };
  return openShiftNode(cluster).delete(operation, knownOf({ ...nodeInputs, hasDrain: true, ...changes }));
};
const deleteDrain = () => nodeDrain(cluster).delete(harness.operation(Infinity, "delete"), knownOf(drainInputs));
const deleteMembership = () => {
  const { nodeName, serverId } = worker;
  const members = [{ nodeName, serverId }];
  const inputs: Properties = { pool: "metal", owner, members, cordonTimeout: 5, configPath: "pools[metal]" };
  return poolMembership(cluster).delete(harness.operation(Infinity, "delete"), knownOf(inputs));
};
const writes = () => harness.api.requests.filter((it) => /^(PATCH|PUT|POST|DELETE)/.test(it));
const cordon = `PATCH /api/v1/nodes/${worker.nodeName}`;
const eviction = "POST /api/v1/namespaces/shop/pods/web-1/eviction";

describe("GIVEN a worker of a pool whose membership is not in the state, WHEN its OpenShiftNode is deleted", () => {
  test("THEN its Node is cordoned, and no pod evicted before its NodeDrain is deleted", async () => {
    harness.node();
    harness.pod("web-1");
    await deleteNode();
    expect(writes()).toEqual([cordon]);
    expect(harness.annotations()[annotations.cordonedBy]).toBe(owner);
    await deleteDrain();
    expect(writes()).toEqual([cordon, eviction]);
  });

  test("THEN the cordon of somebody else does not begin the drain before the others are cordoned", async () => {
    harness.node({ spec: { unschedulable: true } });
    harness.pod("web-1");
    await deleteNode();
    expect(writes()).toEqual([]);
  });

  test("THEN a worker that has no Node waits for none", async () => {
    await deleteNode();
    await deleteDrain();
    expect(writes()).toEqual([]);
  });

  test("THEN the Node of another server is reported once and stays as it is", async () => {
    harness.node({ serverId: otherServer });
    await deleteNode();
    await deleteDrain();
    expect(writes()).toEqual([]);
    expect(harness.warnings).toHaveLength(1);
  });

  test("THEN a cordon that the API server refuses is an error, and nothing is evicted", async () => {
    harness.node();
    harness.pod("web-1");
    harness.api.onRequest = (request) => (request.startsWith("PATCH") ? failure(403, "no permission") : undefined);
    const message = await failureOf(deleteNode());
    expect(message).toContain(worker.nodeName);
    expect(message).toContain("no permission");
    expect(writes()).toEqual([cordon]);
  });

  test("THEN an API server that does not show its Nodes is waited for as long as a drain may take", async () => {
    harness.node();
    harness.api.onRequest = (request) => (request.includes("/nodes") ? failure(503, "starting") : undefined);
    const message = await failureOf(deleteNode({ drain: { ...drainInputs.drain, timeout: 2 } }));
    expect(message).toContain(`within 2s (${drainInputs.configPath}.drain.timeout)`);
    expect(message).toContain("Its server is untouched");
    expect(writes()).toEqual([]);
  });
});

describe("GIVEN a worker that is cordoned with its pool, WHEN its OpenShiftNode is deleted", () => {
  test("THEN it is drained at once", async () => {
    harness.node();
    harness.pod("web-1");
    await deleteMembership();
    await deleteNode();
    expect(writes()).toEqual([cordon, eviction]);
  });

  test("THEN it is drained at once, whoever had cordoned it before", async () => {
    harness.node({ spec: { unschedulable: true } });
    harness.pod("web-1");
    await deleteMembership();
    await deleteNode();
    expect(writes()).toEqual([eviction]);
  });

  test("THEN the next command, too, drains it at once", async () => {
    harness.leavingNode();
    harness.pod("web-1");
    await deleteNode();
    expect(writes()).toEqual([eviction]);
  });
});

describe("GIVEN an OpenShiftNode that nobody drains after it, WHEN it is deleted", () => {
  test.each<[string, Properties, boolean]>([
    ["a state of an earlier release, which may have no NodeDrain", { hasDrain: null }, false],
    ["a worker that is replaced", {}, true],
  ])("THEN it is drained at once: %s", async (_, changes, replacement) => {
    harness.node();
    harness.pod("web-1");
    await deleteNode(changes, replacement);
    expect(writes()).toEqual([cordon, eviction]);
  });
});
