import { describe, expect, test } from "@jest/globals";
import { cordonOf, CordonTimes, isCordonedBy } from "../../../../components/kubernetes/cordons.ts";
import { annotations, fieldManager, type NodeObject } from "../../../../components/kubernetes/types.ts";
import { node, owner } from "../../../support/node-fixtures.ts";

// Who set spec.unschedulable is in metadata.managedFields (kubernetes.io/docs/reference/using-api/server-side-apply).

const by = (manager: string, time = "2026-01-01T12:00:00Z") => ({
  manager,
  operation: "Update",
  time,
  fieldsV1: { "f:metadata": { "f:annotations": {} }, "f:spec": { "f:unschedulable": {} } },
});
const kubelet = { manager: "kubelet", operation: "Update", time: "2026-01-01T13:00:00Z", fieldsV1: { "f:status": {} } };
const taints = { ...by("kube-controller-manager"), fieldsV1: { "f:spec": { "f:taints": {} } } };

function cordoned(managedFields: object[] | undefined, marks: Record<string, string> = {}, spec = {}): NodeObject {
  return node({ metadata: { managedFields, annotations: marks }, spec: { unschedulable: true, ...spec } });
}
const ours = { [annotations.cordonedBy]: owner };

describe("GIVEN a Node, WHEN it is asked who cordoned it", () => {
  test.each<[string, NodeObject, ReturnType<typeof cordonOf>]>([
    ["nobody: it takes pods", node(), undefined],
    ["nobody: a stale entry does not count", cordoned([by("kubectl")], {}, { unschedulable: false }), undefined],
    ["the manager of the field", cordoned([kubelet, taints, by("kubectl")]), cordon("kubectl")],
    ["this program", cordoned([kubelet, by(fieldManager)]), cordon(fieldManager)],
    ["not this program alone: the other one", cordoned([by(fieldManager), by("argo")]), cordon("argo")],
    ["not known: no managed fields", cordoned(undefined), { manager: undefined, at: undefined }],
    ["not known: of no manager that is there", cordoned([kubelet, taints]), { manager: undefined, at: undefined }],
  ])("THEN %s", (_, it, expected) => {
    expect(cordonOf(it)).toEqual(expected);
  });

  test.each<[string, NodeObject, boolean]>([
    ["it did", cordoned([by(fieldManager)], ours), true],
    ["it did under its former name", cordoned([by(fieldManager)], { [annotations.cordonedBy]: "acme/x/former" }), true],
    ["another stack did", cordoned([by(fieldManager)], { [annotations.cordonedBy]: "a/b/c" }), false],
    ["an administrator did since", cordoned([by("kubectl")], ours), false],
    ["nobody knows who did", cordoned(undefined, ours), false],
    ["a kubelet only says so", node({ metadata: { annotations: ours } }), false],
    ["it did, and somebody took the annotation away", cordoned([by(fieldManager)]), false],
  ])("THEN whether this stack did: %s", (_, it, expected) => {
    expect(isCordonedBy(it, [owner, "acme/x/former"])).toBe(expected);
  });

  function cordon(manager: string) {
    return { manager, at: "2026-01-01T12:00:00Z" };
  }
});

describe("GIVEN a process that watches Nodes, WHEN it is asked since when one is cordoned", () => {
  const seen = (...versions: (NodeObject | undefined)[]): number | undefined => {
    const times = new CordonTimes();
    versions.forEach((it, at) => times.update("uid", it, at));
    return times.since("uid");
  };
  const a = cordoned([by("kubectl")]);
  test.each<[string, (NodeObject | undefined)[], number | undefined]>([
    ["since it was seen so first", [node(), a, a, a], 1],
    ["since the last cordon", [a, node(), a, a], 2],
    ["since the last cordon, when the uncordon was missed", [a, cordoned([by("kubectl", "2026-01-02T00:00:00Z")])], 1],
    ["not, when it takes pods", [a, node()], undefined],
    ["not, when it is gone", [a, undefined], undefined],
    ["not, when it was never seen", [], undefined],
  ])("THEN %s", (_, versions, expected) => {
    expect(seen(...versions)).toBe(expected);
  });
});
