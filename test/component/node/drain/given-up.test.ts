import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { openShiftNode } from "../../../../components/node/resources/openshift-node.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// What a detach that failed leaves behind, and what the next `pulumi up` or `pulumi destroy` makes of it.

const harness = harnessForEachTest();
beforeEach(() => {
  const registered = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
  harness.node({ metadata: { creationTimestamp: registered, annotations: marks } });
  harness.pod("web-1");
  harness.api.onEvict = () => failure(429, "Cannot evict pod", ["The disruption budget web needs 2"]);
});

const resource = openShiftNode(() => Promise.resolve(harness.cluster));
const inputs = { ...nodeInputs, drain: { ...nodeInputs.drain, timeout: 2 } } as unknown as Properties;
const known = (changes: Properties = {}) => ({
  id: worker.nodeName,
  inputs,
  state: { ...inputs, state: "Ready", ...changes },
});
const remove = () => resource.delete(harness.operation(), known());
const isCordoned = () =>
  (harness.api.get("nodes", worker.nodeName)?.["spec"] as { unschedulable?: boolean }).unschedulable === true;

describe("GIVEN a detach that failed, its node still cordoned", () => {
  beforeEach(async () => {
    expect(await failureOf(remove())).toMatch(/server is untouched, and the node stays cordoned/);
    expect(isCordoned()).toBe(true);
  });

  test("WHEN the worker is wanted after all THEN the diff sees it, and the update uncordons the node", async () => {
    expect(await resource.drift(harness.operation(), known(), inputs)).toMatchObject([{ path: "state" }]);
    await resource.update(harness.operation(), known(), inputs);
    expect(isCordoned()).toBe(false);
    expect(harness.annotations()).not.toHaveProperty([annotations.cordonedBy]);
    expect(harness.api.get("pods", "web-1")).toBeDefined();
  });

  test("WHEN it is detached again THEN it continues without a second cordon", async () => {
    const patches = () => harness.api.requests.filter((it) => it.startsWith("PATCH")).length;
    const before = patches();
    harness.api.onEvict = () => undefined;
    await remove();
    expect(patches()).toBe(before);
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
    expect(isCordoned()).toBe(true);
  });

  test("WHEN another client uncordoned it meanwhile THEN the next detach cordons it again", async () => {
    harness.node();
    await eventually(() => harness.cluster.node(worker.nodeName)?.spec.unschedulable === undefined);
    harness.api.onEvict = () => undefined;
    await remove();
    expect(isCordoned()).toBe(true);
  });
});
