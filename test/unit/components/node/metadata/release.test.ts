import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { annotations, fieldManager, type NodeObject } from "../../../../../components/kubernetes/types.ts";
import { dependsOnPods, releaseVerdict } from "../../../../../components/node/metadata/release.ts";
import { node, owner } from "../../../../support/node-fixtures.ts";

// A live node must never go undrained, whatever asks for its removal.

interface Given {
  /** of the Ready condition; undefined: never reported */
  ready: string | undefined;
  /** who made it unschedulable, by field manager */
  cordoned?: string;
  /** of its annotations */
  owner?: string;
  cordonedBy?: string;
  /** pods on it that a drain evicts */
  left?: readonly string[];
}

const other = "acme/other/x";
const ours = { owner, cordonedBy: owner, cordoned: fieldManager };

function nodeOf({ ready, cordoned, owner: by, cordonedBy }: Given): NodeObject {
  const marks = {
    ...(by !== undefined && { [annotations.owner]: by }),
    ...(cordonedBy !== undefined && { [annotations.cordonedBy]: cordonedBy }),
  };
  const managedFields = [{ manager: cordoned, fieldsV1: { "f:spec": { "f:unschedulable": {} } } }];
  return node({
    metadata: { annotations: marks, ...(cordoned !== undefined && { managedFields }) },
    spec: { ...(cordoned !== undefined && { unschedulable: true }) },
    status: { conditions: ready === undefined ? [] : [{ type: "Ready", status: ready }] },
  });
}
const verdictOf = (given: Given) => releaseVerdict(nodeOf(given), [owner], given.left ?? []);

describe("GIVEN the Node of a claim that is released", () => {
  test.each<[string, Given, string]>([
    ["a detach: cordoned by us, drained, its lease not expired yet", { ...ours, ready: "True" }, "remove"],
    ["a detach of a node that is not ready", { ...ours, ready: "False" }, "remove"],
    ["a detach, its kubelet stopped", { ...ours, ready: "Unknown" }, "remove"],
    ["a detach of a dead machine, its pods still listed", { ...ours, ready: "Unknown", left: ["a/b"] }, "remove"],
    ["a detach of a node that never reported", { ...ours, ready: undefined }, "remove"],
    ["a drain that was given up", { ...ours, ready: "True", left: ["a/b"] }, "wait"],
    ["a drain that was given up, not ready", { ...ours, ready: "False", left: ["a/b"] }, "wait"],
    ["a worker that serves (`up --replace` of its claim)", { owner, ready: "True" }, "wait"],
    ["a worker that does not report, never cordoned", { owner, ready: "Unknown" }, "wait"],
    ["one that nobody has marked, Ready", { ready: "True" }, "wait"],
    ["one that nobody has marked, its kubelet stopped", { ready: "Unknown" }, "wait"],
    ["cordoned by an administrator", { owner, ready: "True", cordoned: "kubectl" }, "wait"],
    ["an administrator's cordon after ours", { ...ours, ready: "True", cordoned: "kubectl" }, "wait"],
    ["uncordoned since: the annotation is stale", { owner, cordonedBy: owner, ready: "True" }, "wait"],
    ["cordoned by another stack", { owner, ready: "True", cordoned: fieldManager, cordonedBy: other }, "wait"],
    ["another stack's", { owner: other, ready: "True" }, "refuse"],
    ["another stack's, its kubelet stopped", { owner: other, ready: "Unknown" }, "refuse"],
    ["ours by the cordon, whatever owner a kubelet has noted", { ...ours, owner: other, ready: "True" }, "remove"],
  ])("WHEN it is %s THEN it is decided by cordon, report and pods", (_, given, expected) => {
    expect(verdictOf(given).verdict).toBe(expected);
  });

  test.each<[string, Given, RegExp]>([
    ["serves", { owner, ready: "True" }, /is still Ready after 5m, and this stack did not cordon it.*not removed/],
    ["does not report", { owner, ready: "Unknown" }, /does not report after 5m, and this stack did not cordon it/],
    ["has a pod", { ...ours, ready: "False", left: ["a/b"] }, /still reports after 5m, and pod a\/b is still on it/],
    ["has pods", { ...ours, ready: "True", left: ["a/b", "c/d", "e/f"] }, /pod a\/b and 2 more are still on it/],
  ])("WHEN one that %s stays THEN the error says what it is and what to type", (_, given, expected) => {
    const verdict = verdictOf(given);
    const problem = verdict.verdict === "wait" ? verdict.problem("5m") : "";
    expect(problem).toMatch(expected);
    expect(problem).toMatch(/pulumi up --replace '<its URN.*oc adm drain lab-worker-0 .*oc delete node lab-worker-0/);
  });

  test("WHEN it is any Node THEN none is removed that we did not cordon, or that reports and has pods", () => {
    const given = fc.record(
      {
        ready: fc.constantFrom("True", "False", "Unknown", undefined),
        cordoned: fc.constantFrom(fieldManager, "kubectl"),
        owner: fc.constantFrom(owner, other),
        cordonedBy: fc.constantFrom(owner, other),
        left: fc.constantFrom([], ["a/b"]),
      },
      { requiredKeys: ["ready", "left"] },
    );
    let removed = 0;
    fc.assert(
      fc.property(given, (it) => {
        if (verdictOf(it).verdict !== "remove") return;
        removed += 1;
        expect([it.cordoned, it.cordonedBy]).toEqual([fieldManager, owner]);
        if (it.left.length > 0) expect(["Unknown", undefined]).toContain(it.ready);
        expect(dependsOnPods(nodeOf(it), [owner])).toBe(it.ready === "True" || it.ready === "False");
      }),
    );
    expect(removed).toBeGreaterThan(0);
  });
});
